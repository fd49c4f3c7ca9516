import Crypto
import Foundation
import Replication
import SyncProtocol
import Testing
import X509

@testable import LineTransport

@Suite struct PeerVerificationTests {
    @Test func aNodeIsKnownByItsCertificate() throws {
        var chain = try Chain()
        let node = try chain.node(7)
        #expect(try atHub(chain, node) == .node(NodeID(7), serial: node.serial))
    }

    @Test func aSelfSignedCertificateIsANewcomerWhateverItsDates() throws {
        var chain = try Chain()
        let newcomer = try chain.newcomer()
        #expect(try atHub(chain, newcomer) == .newcomer(publicKey: newcomer.publicKey))
        #expect(
            try atHub(chain, newcomer, now: Chain.now + 9_999 * Chain.day) == .newcomer(publicKey: newcomer.publicKey))
    }

    @Test func aNewcomerOnAnotherKindOfKeyStaysOutside() throws {
        let chain = try Chain()
        let key = P384.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("newcomer") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(bytes: [1]),
            publicKey: Certificate.PublicKey(key.publicKey), notValidBefore: Date(), notValidAfter: Date(),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA384, extensions: Certificate.Extensions(),
            issuerPrivateKey: Certificate.PrivateKey(key))
        let facts = try CertificateFacts(certificate)
        #expect(throws: Refusal(.otherKindOfKey, facts)) { try atHub(chain, [facts.der]) }
    }

    @Test func theDaysOfACertificateAreCountedToTheSecond() throws {
        var chain = try Chain()
        let node = try chain.node(7)
        let (first, last) = (node.leaf.notBeforeSeconds, node.leaf.notAfterSeconds)
        #expect(throws: Refusal(.notYetValid, node.leaf)) { try atHub(chain, node, now: first - 1) }
        #expect(try atHub(chain, node, now: first) == .node(NodeID(7), serial: node.serial))
        #expect(try atHub(chain, node, now: last) == .node(NodeID(7), serial: node.serial))
        #expect(try atHub(chain, node, now: last + 1) == .expired(NodeID(7), serial: node.serial))
    }

    @Test func nobodyComesInWithTheWrongCertificate() throws {
        var chain = try Chain()
        let stranger = try Chain(seed: 2).hub
        #expect(throws: Refusal(.noCertificate)) { try atHub(chain, []) }
        #expect(throws: Refusal(.unreadableCertificate)) { try atHub(chain, [[1, 2, 3]]) }
        #expect(throws: Refusal(.unknownAuthority, stranger.leaf)) { try atHub(chain, stranger) }
        #expect(throws: Refusal(.wrongPurpose, chain.hub.leaf)) { try atHub(chain, chain.hub) }
        let damaged = damagedSignature(try chain.node(7).leaf)
        #expect(throws: Refusal(.badSignature, damaged)) { try atHub(chain, [damaged.der]) }
        let forged = damagedSignature(try chain.newcomer().leaf)
        #expect(throws: Refusal(.badSignature, forged)) { try atHub(chain, [forged.der]) }
    }

    @Test(arguments: ["node-", "node-0", "node-07", "node-+7", "node-7 ", "Node-7", "node-4294967296", "node-٧", "hub"])
    func aNodesNameHasOneSpelling(name: String) throws {
        var chain = try Chain()
        let certificate = try signed(&chain, name: name, [.clientAuth])
        #expect(throws: Refusal(.notANodeCertificate, certificate)) { try atHub(chain, [certificate.der]) }
    }

    @Test func aCertificateWithoutAPurposeServesNone() throws {
        var chain = try Chain()
        let certificate = try signed(&chain, name: "node-7", [])
        #expect(throws: Refusal(.wrongPurpose, certificate)) { try atHub(chain, [certificate.der]) }
    }

    @Test func aNodeKnowsItsHubByTheAuthority() throws {
        var chain = try Chain()
        let node = PeerVerification.hub(chain.authority.trust)
        #expect(try node.peer(presenting: [chain.hub.leaf.der], nowSeconds: Chain.now) == .hub)
        let impostor = try chain.node(3)
        #expect(throws: Refusal(.wrongPurpose, impostor.leaf)) {
            try node.peer(presenting: [impostor.leaf.der], nowSeconds: Chain.now)
        }
        let stranger = try Chain(seed: 2).hub
        #expect(throws: Refusal(.unknownAuthority, stranger.leaf)) {
            try node.peer(presenting: [stranger.leaf.der], nowSeconds: Chain.now)
        }
        let end = chain.hub.leaf.notAfterSeconds
        #expect(throws: Refusal(.expired, chain.hub.leaf)) {
            try node.peer(presenting: [chain.hub.leaf.der], nowSeconds: end + 1)
        }
    }

    @Test func aNewcomerKnowsTheHubByThePinnedFingerprintAndOnlyWithTheAuthorityShown() throws {
        let chain = try Chain()
        let newcomer = PeerVerification.hub(.fingerprint(chain.authority.fingerprint))
        let (hub, authority) = (chain.hub.leaf, chain.authority.facts)
        #expect(try newcomer.peer(presenting: [hub.der, authority.der], nowSeconds: Chain.now) == .hub)
        #expect(throws: Refusal(.unknownAuthority, hub)) {
            try newcomer.peer(presenting: [hub.der], nowSeconds: Chain.now)
        }
        let stranger = try Chain(seed: 2).hub.leaf
        #expect(throws: Refusal(.unknownAuthority, stranger)) {
            try newcomer.peer(presenting: [stranger.der, authority.der], nowSeconds: Chain.now)
        }
    }

    private func atHub(_ chain: Chain, _ identity: Identity, now: Int64 = Chain.now) throws -> Peer {
        try atHub(chain, [identity.leaf.der], now: now)
    }

    private func atHub(_ chain: Chain, _ presented: [[UInt8]], now: Int64 = Chain.now) throws -> Peer {
        try PeerVerification.nodes(of: chain.authority.trusted).peer(presenting: presented, nowSeconds: now)
    }

    /// The last byte belongs to the signature.
    private func damagedSignature(_ facts: CertificateFacts) -> CertificateFacts {
        var der = facts.der
        der[der.count - 1] ^= 1
        return CertificateFacts(der: der) ?? facts
    }

    private func signed(
        _ chain: inout Chain, name: String, _ purposes: [ExtendedKeyUsage.Usage]
    ) throws -> CertificateFacts {
        let extensions = try Certificate.Extensions { if !purposes.isEmpty { try ExtendedKeyUsage(purposes) } }
        let draft = CertificateDraft(
            subject: name, publicKey: try chain.newcomer().key.publicKey,
            serial: CertificateDraft.serial(using: &chain.generator), nowSeconds: Chain.now, validDays: 1,
            extensions: extensions)
        return try CertificateFacts(
            draft.signed(by: chain.authority.key, issuer: chain.authority.facts.certificate.subject))
    }
}
