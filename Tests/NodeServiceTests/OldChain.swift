import Foundation
import HubService
import LineTransport
import Logging
import Loyalty
import NIOPosix
import NodeService
import ReplicaStore
import Replication
import SyncProtocol

/// A hub with a history, and machines that join it over real lines.
final class OldChain {
    let folder: String
    let hub: HubService
    let directory: HubDirectory
    private static let group = MultiThreadedEventLoopGroup.singleton

    /// - Parameter imageLogEntriesMin: how long the log must be for an image.
    init(folder: String, members: Int, imageLogEntriesMin: UInt64, tokens: [[UInt8]]) throws {
        self.folder = folder
        directory = HubDirectory(path: folder + "/hub")
        var random = SystemRandomNumberGenerator()
        try directory.create(
            HubDirectory.Founding(
                chainName: "Old chain", zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                settings: HubDirectory.Settings(address: "127.0.0.1", port: 1)),
            nowSeconds: Self.nowSeconds(), random: &random)
        let store = try directory.store()
        try Self.fill(store, members: members)
        for token in tokens {
            try store.invite(
                token: token, branchCode: "", branchName: "", expiresAtMilliseconds: .max >> 2)
        }
        store.close()
        var pace = Pace()
        pace.imageLogEntriesMin = imageLogEntriesMin
        hub = try HubService(
            HubService.Configuration(
                directory: directory, host: "127.0.0.1", port: 0, software: "test", group: Self.group,
                nowMilliseconds: Self.nowMilliseconds, certificateNowSeconds: Self.nowSeconds,
                makeRandom: { SystemRandomNumberGenerator() }, logger: Self.silent, pace: pace))
        try hub.start()
    }

    /// As if a branch had entered them, one operation each.
    private static func fill(_ store: ReplicaStore, members: Int) throws {
        let (actor, node) = (ActorID(0xBEEF), NodeID(900))
        for start in stride(from: 0, to: members, by: 1_000) {
            let arrivals = (start..<min(start + 1_000, members)).map { index in
                let member = RecordID(UInt128(index + 1) &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
                let edit = MemberEdit(
                    member: member, authority: .shop, author: "import", reason: "",
                    writes: [
                        (MemberField.name, "Member Number \(index)"), (.phone, "+8613\(800_000_000 + index)"),
                        (.email, "member\(index)@example.com"), (.birthday, "1990-01-01"), (.homeBranch, "017"),
                    ].map { Write(slot: Slot(field: $0.0.rawValue), value: Array($0.1.utf8), replaces: []) })
                let bodies = edit.bodies()
                return ReplicaStore.Arrival(
                    operation: Operation(
                        dot: Dot(actor, UInt64(index + 1)), observed: Observed(),
                        time: HybridTime(milliseconds: 1_790_000_000_000 + UInt64(index)), audience: .chain,
                        kind: MemberEdit.kind, publicBody: bodies.publicBody,
                        personal: bodies.personalBody.map {
                            PersonalPart(salt: [UInt8](repeating: 3, count: 16), body: $0)
                        }),
                    node: node)
            }
            _ = try store.accept(
                arrivals, nowMilliseconds: nowMilliseconds(), toleranceMilliseconds: 300_000)
        }
    }

    /// A machine that has joined and does not run yet.
    func join(_ code: String, token: [UInt8]) async throws -> NodeDirectory {
        let directory = NodeDirectory(path: folder + "/node-" + code)
        let invitation = Invitation(
            host: "127.0.0.1", port: hub.port, authorityFingerprint: try self.directory.authority().fingerprint,
            token: token, branchCode: code, branchName: "Branch \(code)", expiresSeconds: Self.nowSeconds() + 3_600)
        var random = SystemRandomNumberGenerator()
        let newcomer = try directory.newcomer(nowSeconds: Self.nowSeconds(), random: &random)
        let joined = try await Enrolment(group: Self.group, nowSeconds: Self.nowSeconds)
            .join(invitation, as: newcomer, software: "test")
        try directory.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
        return directory
    }

    static func node(in directory: NodeDirectory) throws -> NodeService {
        try NodeService(
            NodeService.Configuration(
                directory: directory, software: "test", group: group, nowMilliseconds: nowMilliseconds,
                certificateNowSeconds: nowSeconds, makeRandom: { SystemRandomNumberGenerator() }, logger: silent))
    }

    private static let silent = Logger(label: "branchline.node-service-tests") { _ in SwiftLogNoOpLogHandler() }

    static func nowSeconds() -> Int64 { Int64(Date().timeIntervalSince1970) }
    static func nowMilliseconds() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1_000) }
}
