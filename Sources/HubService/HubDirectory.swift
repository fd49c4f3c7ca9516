import Foundation
package import HubEngine
package import LineTransport
package import ReplicaStore
import Replication
package import SyncProtocol

/// What lies in a hub's directory: the database, the chain's authority, the hub's own certificate, its settings.
package struct HubDirectory: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package var databasePath: String { path + "/hub.sqlite" }
    /// What nodes that begin are given; it can be thrown away at any time.
    package var imagePath: String { path + "/image.sqlite" }
    package var socketPath: String { path + "/control.sock" }

    private var settingsPath: String { path + "/hub.json" }
    private static let identityName = "hub"

    /// Kept as JSON, to be read and edited by people.
    package struct Settings: Codable, Equatable, Sendable {
        /// Where nodes reach this hub, as invitations say it.
        package var address: String
        package var port: Int

        package init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    /// What a new chain is told at its beginning.
    package struct Founding: Equatable, Sendable {
        package let chainName: String
        package let zone: String
        package let currency: String
        package let country: String
        package let settings: Settings

        package init(chainName: String, zone: String, currency: String, country: String, settings: Settings) {
            self.chainName = chainName
            self.zone = zone
            self.currency = currency
            self.country = country
            self.settings = settings
        }
    }

    /// Makes a new chain: authority, certificate, database. Leaves a directory that has one already as it is.
    ///
    /// - Throws: `StoreError.alreadyThere`, or what the disk says.
    package func create(
        _ founding: Founding, nowSeconds: Int64, random: inout some RandomNumberGenerator
    ) throws {
        guard !FileManager.default.fileExists(atPath: databasePath) else {
            throw StoreError.alreadyThere(path: databasePath)
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let authority = try ChainAuthority.create(nowSeconds: nowSeconds, using: &random)
        let newcomer = try Identity.newcomer(nowSeconds: nowSeconds, using: &random)
        let issued = try authority.issueHub(publicKey: newcomer.publicKey, nowSeconds: nowSeconds, using: &random)
        let identity = try newcomer.adopting(certificate: issued.pem, authority: authority.trusted)
        try authority.save(in: path)
        try identity.create(in: path, named: Self.identityName)
        try save(founding.settings)
        // Last: a directory with a database is a complete one.
        let store = try ReplicaStore.create(
            at: databasePath,
            as: ReplicaIdentity(
                role: .hub, node: .hub, actor: ActorID(.random(in: 1 ... .max, using: &random)), branchCode: "",
                branchName: founding.chainName, chainName: founding.chainName, zone: founding.zone,
                currency: founding.currency, country: founding.country,
                lookupKey: (0..<32).map { _ in .random(in: .min ... .max, using: &random) },
                epoch: EpochID(.random(in: 1 ... .max, using: &random))))
        store.close()
    }

    package func settings() throws -> Settings {
        guard let data = FileManager.default.contents(atPath: settingsPath) else {
            throw StoreError.missing(path: settingsPath)
        }
        return try JSONDecoder().decode(Settings.self, from: data)
    }

    package func save(_ settings: Settings) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(settings).write(to: URL(fileURLWithPath: settingsPath), options: .atomic)
    }

    package func authority() throws -> ChainAuthority { try ChainAuthority.load(from: path) }
    package func identity() throws -> Identity { try Identity.load(from: path, named: Self.identityName) }
    package func store() throws -> ReplicaStore { try ReplicaStore.open(at: databasePath, role: .hub) }

    /// The engine on this directory's store. The caller holds the directory's lock.
    package func engine(
        software: String, random: any RandomNumberGenerator, offersRights: Bool = true, pace: Pace = Pace()
    ) throws -> HubEngine {
        // The database first: whoever has given a wrong directory is to hear of it, not of a file within.
        let store = try store()
        let settings = try settings()
        var engineSettings = HubEngine.Settings(
            software: software, address: settings.address, port: settings.port,
            authorityFingerprint: try authority().fingerprint)
        engineSettings.offersRights = offersRights
        engineSettings.pace = pace
        return HubEngine(store: store, settings: engineSettings, random: random)
    }
}
