import Administration
import Foundation
import HubService
import LineCodec
import LineTransport
import Logging
import NIOPosix
import NodeService
import Synchronization
import Testing

/// A real hub in this process, on a port of its own, and whom one needs to talk to it.
final class Headquarters: Sendable {
    static let host = "127.0.0.1"
    private static let group = MultiThreadedEventLoopGroup.singleton

    let folder: TemporaryFolder
    let port: Int
    private let directory: HubDirectory
    private let certificateClock: CertificateClock
    private let offersRights: Bool
    private let hub: Mutex<HubService?>

    /// - Parameter certificatesLagSeconds: the age that certificates have when they are issued.
    init(certificatesLagSeconds: Int64 = 0, offersRights: Bool = false) throws {
        self.offersRights = offersRights
        folder = try TemporaryFolder()
        directory = HubDirectory(path: folder.path + "/hub")
        certificateClock = CertificateClock(lagSeconds: certificatesLagSeconds)
        var random = SystemRandomNumberGenerator()
        try directory.create(
            HubDirectory.Founding(
                chainName: "Café Sol", zone: "Asia/Shanghai", currency: "CNY", country: "CN",
                settings: HubDirectory.Settings(address: Self.host, port: 1)),
            nowSeconds: Self.nowSeconds(), random: &random)
        let first = try Self.service(directory, port: 0, certificateClock, offersRights)
        try first.start()
        port = first.port
        hub = Mutex(first)
    }

    /// Certificates are issued and checked by the real time from now on.
    func setCertificateClock() { certificateClock.set() }

    func stop() {
        close()
        folder.remove()
    }

    /// The same hub on the same port, after `whileClosed`.
    func restart(whileClosed: () async throws -> Void) async throws {
        close()
        try await whileClosed()
        let next = try Self.service(directory, port: port, certificateClock, offersRights)
        try next.start()
        hub.withLock { $0 = next }
    }

    /// The directory is free when nobody knows the service any more.
    private func close() { hub.withLock { $0.take() }?.stop() }

    func ask(_ words: String...) async throws -> [CommandRow] {
        try await ControlQuestion.ask(words, at: directory.socketPath)
    }

    func query(_ select: String) async throws -> [[String?]] {
        try await ask("query", select).map { $0.values.map(\.value) }
    }

    func invite(_ code: String) async throws -> Invitation {
        let rows = try await ask("invite", code, "Branch \(code)", "1")
        let token = try #require(rows.first?["token"].flatMap { Hexadecimal.bytes($0) })
        return Invitation(
            host: Self.host, port: port, authorityFingerprint: try directory.authority().fingerprint, token: token,
            branchCode: code, branchName: "Branch \(code)", expiresSeconds: Self.nowSeconds() + 3_600)
    }

    /// A client that has joined.
    func client(_ code: String) async throws -> Client {
        let client = try await Client(folder: folder.path + "/client-" + code)
        let outcome = try await client.join(try await invite(code))
        try #require(outcome.status == 0, "\(outcome.lines)")
        return client
    }

    /// A branch as the product itself makes it.
    func branch(_ code: String) async throws -> NodeService {
        let invitation = try await invite(code)
        let directory = NodeDirectory(path: folder.path + "/node-" + code)
        var random = SystemRandomNumberGenerator()
        let newcomer = try directory.newcomer(nowSeconds: Self.nowSeconds(), random: &random)
        let enrolment = Enrolment(group: Self.group, nowSeconds: Self.nowSeconds)
        let joined = try await enrolment.join(invitation, as: newcomer, software: "test")
        try directory.adopt(joined, newcomer: newcomer, invitation: invitation, random: &random)
        let service = try NodeService(
            NodeService.Configuration(
                directory: directory, software: "test", group: Self.group, nowMilliseconds: Self.nowMilliseconds,
                certificateNowSeconds: Self.nowSeconds, makeRandom: { SystemRandomNumberGenerator() },
                logger: Self.silent))
        try service.start()
        return service
    }

    private static func service(
        _ directory: HubDirectory, port: Int, _ clock: CertificateClock, _ offersRights: Bool
    ) throws -> HubService {
        try HubService(
            HubService.Configuration(
                directory: directory, host: host, port: port, software: "test", group: group,
                nowMilliseconds: nowMilliseconds, certificateNowSeconds: { clock.nowSeconds },
                makeRandom: { SystemRandomNumberGenerator() }, logger: silent, offersRights: offersRights))
    }

    private static let silent = Logger(label: "branchline.client-tests") { _ in SwiftLogNoOpLogHandler() }

    static func nowSeconds() -> Int64 { Int64(Date().timeIntervalSince1970) }
    static func nowMilliseconds() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1_000) }
}

private final class CertificateClock: Sendable {
    private let lagSeconds: Mutex<Int64>

    init(lagSeconds: Int64) { self.lagSeconds = Mutex(lagSeconds) }

    var nowSeconds: Int64 { Headquarters.nowSeconds() - lagSeconds.withLock { $0 } }

    func set() { lagSeconds.withLock { $0 = 0 } }
}
