import Foundation
import HubService
import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication
import Testing

/// A machine that joins an old chain over a real line: with a database, and with the log where that is short.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct BootstrapTests {
    private static let members = 3_000

    @Test(arguments: [(true, 1), (false, 1_000_000)] as [(Bool, UInt64)])
    func aNewcomerHoldsWhatTheChainHolds(withImage: Bool, imageLogEntriesMin: UInt64) async throws {
        try await Self.withChain(imageLogEntriesMin: imageLogEntriesMin) { chain, token in
            let directory = try await chain.join("017", token: token)
            try Self.sellBefore(in: directory)
            let node = try OldChain.node(in: directory)
            try node.start()
            let status = try await Self.compared(node)
            #expect(status.incidents == 0 && status.waitingOperations == 0)
            // The member that was entered before the first contact, too.
            #expect(try node.reader.count(.members) == Int64(Self.members + 1))
            node.stop()
            let after = try directory.store()
            #expect(try (after.imagePosition() != nil) == withImage)
            #expect(try after.verify().isSound)
            after.close()
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(!names.contains { $0.contains(".image-") }, "\(names)")
        }
    }

    @Test func manyNewcomersShareOneImage() async throws {
        try await Self.withChain(imageLogEntriesMin: 1, invitations: 4) { chain, token in
            var nodes: [NodeService] = []
            for index in 0..<4 {
                let directory = try await chain.join("shop\(index)", token: token.dropLast() + [UInt8(index)])
                nodes.append(try OldChain.node(in: directory))
            }
            for node in nodes { try node.start() }
            for node in nodes { _ = try await Self.compared(node) }
            for node in nodes {
                #expect(try node.reader.count(.members) == Int64(Self.members))
                node.stop()
            }
        }
    }

    // MARK: The chain

    /// Nobody holds the database when this returns.
    private static func sellBefore(in directory: NodeDirectory) throws {
        let store = try directory.store()
        guard case .written = try store.edit(request, at: moment) else {
            Issue.record("the member was not entered")
            return
        }
        store.close()
    }

    private static func withChain(
        imageLogEntriesMin: UInt64, invitations: Int = 1, _ body: (OldChain, [UInt8]) async throws -> Void
    ) async throws {
        let folder = "/tmp/branchline-begin-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let token = [UInt8](repeating: 7, count: 15) + [0]
        let chain = try OldChain(
            folder: folder, members: members, imageLogEntriesMin: imageLogEntriesMin,
            tokens: (0..<invitations).map { token.dropLast() + [UInt8($0)] })
        defer { chain.hub.stop() }
        try await body(chain, token)
    }

    /// Once the node has been compared with the hub, and all that it has written is there.
    private static func compared(_ node: NodeService) async throws -> NodeStatus {
        while true {
            guard case .status(let status) = await node.perform(.status) else { continue }
            if status.auditedThrough != nil, status.waitingOperations == 0 { return status }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static let request = EditRequest(
        member: RecordID(77), creates: true, author: "till", changes: [.set(.name, "Before the first contact")])
    private static let moment = ReplicaStore.Moment(
        nowMilliseconds: OldChain.nowMilliseconds(), salt: [UInt8](repeating: 5, count: 16))
}
