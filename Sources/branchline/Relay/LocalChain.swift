import Administration
import Foundation
import HubService
import LineTransport
import Logging
import NIOCore

/// A whole chain of shops on this machine and in this process: a hub, and branches that are real in every way, each
/// with its own files, key, certificate and line. Only the lines lead through relays, so that they can go down.
final class LocalChain {
    struct Settings: Sendable {
        let directory: String
        let name: String
        let zone: String
        let currency: String
        let country: String
        let group: any EventLoopGroup
        let logger: Logger
        /// The engines' time; certificates and silences are always judged by the real one.
        let nowMilliseconds: @Sendable () -> UInt64
    }

    static let host = "127.0.0.1"
    private static let invitationHours = 24

    let settings: Settings
    let hubDirectory: HubDirectory
    let hub: HubService
    private let desk: Desk

    private init(settings: Settings, hubDirectory: HubDirectory, hub: HubService, desk: Desk) {
        self.settings = settings
        self.hubDirectory = hubDirectory
        self.hub = hub
        self.desk = desk
    }

    /// Founds the chain and opens headquarters.
    static func found(_ settings: Settings) async throws -> LocalChain {
        let directory = HubDirectory(path: settings.directory + "/hub")
        var random = SystemRandomNumberGenerator()
        try directory.create(
            HubDirectory.Founding(
                chainName: settings.name, zone: settings.zone, currency: settings.currency, country: settings.country,
                settings: HubDirectory.Settings(address: host, port: 0)),
            nowSeconds: WallClock.nowSeconds(), random: &random)
        let hub = try HubService(
            HubService.Configuration(
                directory: directory, host: host, port: 0, software: Software.name, group: settings.group,
                nowMilliseconds: settings.nowMilliseconds, steadyMilliseconds: SteadyClock.nowMilliseconds,
                certificateNowSeconds: WallClock.nowSeconds, makeRandom: { SystemRandomNumberGenerator() },
                logger: settings.logger))
        try hub.start()
        try directory.save(HubDirectory.Settings(address: host, port: hub.port))
        return LocalChain(
            settings: settings, hubDirectory: directory, hub: hub, desk: try await Desk.open(directory.path))
    }

    /// Asks headquarters what an administrator could ask. One question at a time.
    func ask(_ words: String...) async throws -> [CommandRow] { try await ask(words) }

    func ask(_ words: [String]) async throws -> [CommandRow] { try await desk.ask(words) }

    /// An invitation for a branch that is to open.
    func invite(_ code: String, named name: String) async throws -> Invitation {
        let row = try await ask("invite", code, name, String(Self.invitationHours)).first
        guard let invitation = row.flatMap({ Invitation($0, port: hub.port) }) else {
            throw Complaint(code: Failure.unavailableCode, words: "the hub's answer cannot be read")
        }
        return invitation
    }

    /// Stops the branches, then headquarters; returns when nothing is at work any more.
    func stop(_ branches: [LocalBranch]) async {
        for branch in branches { branch.stop() }
        await desk.close()
        hub.stop()
    }
}
