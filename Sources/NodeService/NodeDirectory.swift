import Foundation
package import LineTransport
import NodeEngine
package import ReplicaStore
import Replication
package import SyncProtocol

/// What lies in a node's directory: the database, its key and certificate, where its hub is.
package struct NodeDirectory: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package var databasePath: String { path + "/node.sqlite" }
    package var socketPath: String { path + "/control.sock" }

    private var settingsPath: String { path + "/node.json" }
    private static let identityName = "node"

    /// Kept as JSON, to be read and edited by people: the hub may move.
    package struct Settings: Codable, Equatable, Sendable {
        package var hubHost: String
        package var hubPort: Int

        package init(hubHost: String, hubPort: Int) {
            self.hubHost = hubHost
            self.hubPort = hubPort
        }
    }

    /// The key with which this machine asks to be let in. Made once, so that asking again after a lost answer is the
    /// same machine asking.
    package func newcomer(nowSeconds: Int64, random: inout some RandomNumberGenerator) throws -> Identity {
        guard !FileManager.default.fileExists(atPath: databasePath) else {
            throw StoreError.alreadyThere(path: databasePath)
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if let earlier = try? identity() {
            return earlier.trust == nil ? earlier : try earlier.asNewcomer(nowSeconds: nowSeconds, using: &random)
        }
        let identity = try Identity.newcomer(nowSeconds: nowSeconds, using: &random)
        try identity.create(in: path, named: Self.identityName)
        return identity
    }

    /// Keeps what the hub has answered; from then on the node can run.
    package func adopt(
        _ joined: Joined, newcomer: Identity, invitation: Invitation, random: inout some RandomNumberGenerator
    ) throws {
        let authority = try TrustedAuthority(pem: joined.authority, fingerprint: invitation.authorityFingerprint)
        try newcomer.adopting(certificate: joined.certificate, authority: authority)
            .replaceCertificates(in: path, named: Self.identityName)
        try save(Settings(hubHost: invitation.host, hubPort: invitation.port))
        // Last: a directory with a database is a complete one.
        let store = try ReplicaStore.create(
            at: databasePath,
            as: ReplicaIdentity(
                role: .node, node: joined.node, actor: ActorID(.random(in: 1 ... .max, using: &random)),
                branchCode: joined.branchCode, branchName: joined.branchName, chainName: joined.chain.name,
                zone: joined.chain.zone, currency: joined.chain.currency, country: joined.chain.country,
                lookupKey: joined.chain.lookupKey, epoch: nil))
        store.close()
    }

    package func renew(_ identity: Identity, certificate: String) throws -> Identity {
        guard case .authority(let authority)? = identity.trust else { throw IdentityError.notAnAuthority }
        let renewed = try identity.adopting(certificate: certificate, authority: authority)
        try renewed.replaceCertificates(in: path, named: Self.identityName)
        return renewed
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

    package func identity() throws -> Identity { try Identity.load(from: path, named: Self.identityName) }
    package func store() throws -> ReplicaStore { try ReplicaStore.open(at: databasePath, role: .node) }
}
