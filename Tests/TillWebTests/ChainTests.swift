import Foundation
import HubService
import LineTransport
import NIOPosix
import NodeService
import ReplicaStore
import Testing

@testable import TillWeb

@Suite(.timeLimit(.minutes(2))) struct ChainTests {
    /// Hub, invitation, certificates, TLS: as in a real chain.
    @Test func whatIsRecordedAtATillReachesHeadquarters() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (hub, directory) = try await Self.chain(in: folder)
        defer { hub.stop() }
        try await Shop.serve(directory, Clock(milliseconds: Self.now())) { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            _ = try await shop.till.post("/v1/sales", ["id": .text(SaleTests.id), "lines": SaleTests.lines])
            let status = try await Self.firstSafeStatus(of: shop)
            #expect(status["branch"]?["connected"] == true && status["waiting"] == .integer(0))
            #expect(status["refused_because"] == .null && status["incidents"] == .integer(0))
            let sentences = try #require(status["sentences"]?.texts)
            #expect(sentences.first?.hasPrefix("Connected to headquarters since ") == true)
            #expect(sentences.contains("Everything has been sent."))
            let shown = try await shop.till.get(MemberTests.path)
            #expect(shown.json["branch"]?["last_heard_at"]?.text != nil)
        }
    }

    /// The line comes up by itself, some time; there is no event for it on the till's side.
    private static func firstSafeStatus(of shop: Shop) async throws -> JSON {
        while true {
            let status = try await shop.till.get("/v1/status").json
            if status["safe"] == true, status["branch"]?["connected"] == true { return status }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func chain(in folder: TemporaryFolder) async throws -> (HubService, NodeDirectory) {
        var random = SystemRandomNumberGenerator()
        let headquarters = HubDirectory(path: folder.path + "/hub")
        try headquarters.create(
            HubDirectory.Founding(
                chainName: "Tea & Co", zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                settings: HubDirectory.Settings(address: "127.0.0.1", port: 1)),
            nowSeconds: Int64(now() / 1_000), random: &random)
        let store = try headquarters.store()
        let token = [UInt8](repeating: 5, count: Invitation.tokenBytes)
        try store.invite(
            token: token, branchCode: "017", branchName: "Nanjing Road", expiresAtMilliseconds: now() + 3_600_000)
        store.close()
        let hub = try HubService(
            HubService.Configuration(
                directory: headquarters, host: "127.0.0.1", port: 0, software: "test",
                group: MultiThreadedEventLoopGroup.singleton, nowMilliseconds: { now() },
                makeRandom: { SystemRandomNumberGenerator() }, logger: LogBook().logger))
        try hub.start()
        let invitation = Invitation(
            host: "127.0.0.1", port: hub.port, authorityFingerprint: try headquarters.authority().fingerprint,
            token: token, branchCode: "017", branchName: "Nanjing Road", expiresSeconds: Int64(now() / 1_000) + 3_600)
        let directory = NodeDirectory(path: folder.path + "/node")
        let newcomer = try directory.newcomer(nowSeconds: Int64(now() / 1_000), random: &random)
        let enrolment = Enrolment(group: MultiThreadedEventLoopGroup.singleton, nowSeconds: { Int64(now() / 1_000) })
        let joined = try await enrolment.join(invitation, as: newcomer, software: "test")
        try directory.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
        return (hub, directory)
    }

    @Sendable private static func now() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1_000) }
}
