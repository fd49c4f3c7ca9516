import Foundation
import HubService
import LineTransport
import NodeService
import Testing

/// Certificates that end, at the command line.
@Suite(.timeLimit(.minutes(3)))
struct RenewalTests {
    @Test func anExpiredNodeRenewsByCommandAndByItself() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        try await shops.join("n1", branch: "017")
        try expire("n1", in: shops)
        let answer = try await shops.rows(["node", "renew", "--data", "n1"])
        let until = try #require(answer[0]["certificate_until_at"].flatMap { $0 }.flatMap { Int64($0) })
        #expect(until / 1_000 > Self.nowSeconds + 300 * 86_400)
        #expect(try NodeDirectory(path: shops.directory + "/n1").identity().notAfterSeconds == until / 1_000)

        try expire("n1", in: shops)
        let node = try await shops.startNode("n1")
        try await node.logged("certificate renewed")
        try await node.logged("connected to the hub")
        #expect(hub.log.contains("certificate renewed"))
        try await node.stop()
        try await hub.stop()
    }

    @Test func anExpiredNodeSaysSoWhileTheHubIsAway() async throws {
        let (shops, hub, _) = try await Shops.open(nodes: 0)
        try await shops.join("n1", branch: "017")
        try expire("n1", in: shops)
        try await hub.stop()
        let node = try await shops.startNode("n1")
        try await node.logged("certificate not renewed")
        let status = try await shops.run(["status", "--data", "n1"]).output
        #expect(status.contains("the certificate has ended and is not renewed: the hub cannot be reached"))
        #expect(status.contains("The certificate ends at "))
        let back = try await shops.startHub()
        try await node.logged("connected to the hub")
        try await node.stop()
        try await back.stop()
    }

    private static var nowSeconds: Int64 { Int64(Date().timeIntervalSince1970) }

    /// Gives the node a certificate that ended a while ago.
    private func expire(_ name: String, in shops: Shops) throws {
        let authority = try HubDirectory(path: shops.directory + "/hub").authority()
        let directory = NodeDirectory(path: shops.directory + "/" + name)
        let identity = try directory.identity()
        var random = SystemRandomNumberGenerator()
        let ended = try authority.issueNode(
            try #require(identity.node), publicKey: identity.publicKey, nowSeconds: Self.nowSeconds - 7_200,
            validDays: 0, using: &random)
        _ = try directory.renew(identity, certificate: ended.pem)
    }
}
