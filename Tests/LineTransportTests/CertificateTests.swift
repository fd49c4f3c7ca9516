import Foundation
import Replication
import Testing

@testable import LineTransport

@Suite struct CertificateTests {
    @Test func anAuthorityIsTheSameAfterItWasSavedAndLoaded() throws {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        try chain.authority.save(in: directory.path)
        let loaded = try ChainAuthority.load(from: directory.path)
        #expect(loaded.pem == chain.authority.pem)
        #expect(loaded.fingerprint == chain.authority.fingerprint)
        let newcomer = try chain.newcomer()
        let issued = try loaded.issueNode(
            NodeID(7), publicKey: newcomer.publicKey, nowSeconds: Chain.now, using: &chain.generator)
        #expect(try newcomer.adopting(certificate: issued.pem, authority: chain.authority.trusted).node == NodeID(7))
    }

    @Test func keysAreForTheirOwnerOnlyAndNeverReplaced() throws {
        let directory = try TemporaryDirectory()
        let chain = try Chain()
        try chain.authority.save(in: directory.path)
        try chain.hub.create(in: directory.path, named: "hub")
        #expect(try directory.mode(of: "ca-key.pem") == 0o600)
        #expect(try directory.mode(of: "hub-key.pem") == 0o600)
        let other = try Chain(seed: 2)
        let key = directory.path + "/ca-key.pem"
        #expect(throws: IdentityError.file(FileFailure.exists(key))) { try other.authority.save(in: directory.path) }
        #expect(try ChainAuthority.load(from: directory.path).fingerprint == chain.authority.fingerprint)
    }

    @Test func aStartThatWasInterruptedBeforeTheKeyDoesNotStopTheNext() throws {
        let directory = try TemporaryDirectory()
        let chain = try Chain()
        try KeptFile.replace(try Chain(seed: 2).authority.pem, at: directory.path + "/ca.pem")
        try chain.authority.save(in: directory.path)
        #expect(try ChainAuthority.load(from: directory.path).fingerprint == chain.authority.fingerprint)
    }

    @Test func anIdentityIsTheSameAfterItWasSavedRenewedAndLoaded() throws {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        let newcomer = try chain.newcomer()
        try newcomer.create(in: directory.path, named: "node")
        #expect(try Identity.load(from: directory.path, named: "node").trust == nil)
        let issued = try chain.authority.issueNode(
            NodeID(3), publicKey: newcomer.publicKey, nowSeconds: Chain.now, using: &chain.generator)
        let node = try newcomer.adopting(certificate: issued.pem, authority: chain.authority.trusted)
        try node.replaceCertificates(in: directory.path, named: "node")
        let loaded = try Identity.load(from: directory.path, named: "node")
        #expect(loaded.node == NodeID(3))
        #expect(loaded.serial == issued.serial)
        #expect(loaded.publicKey == newcomer.publicKey)
        #expect(loaded.trust != nil)
    }

    @Test func aCertificateStartsOneDayBackAndLastsAsLongAsItWasGiven() throws {
        var chain = try Chain()
        let newcomer = try chain.newcomer()
        let issued = try chain.authority.issueNode(
            NodeID(3), publicKey: newcomer.publicKey, nowSeconds: Chain.now, validDays: 30, using: &chain.generator)
        let facts = try CertificateFacts(pem: issued.pem)
        #expect(facts.notBeforeSeconds == Chain.now - Chain.day)
        #expect(facts.notAfterSeconds == Chain.now + 30 * Chain.day)
        #expect(issued.notAfterSeconds == facts.notAfterSeconds)
        #expect(issued.serial.utf8.count == 32)
    }

    @Test func anIdentityTakesNoCertificateOnAnotherKeyOrFromAnotherAuthority() throws {
        var chain = try Chain()
        var other = try Chain(seed: 2)
        let newcomer = try chain.newcomer()
        let foreign = try other.authority.issueNode(
            NodeID(3), publicKey: newcomer.publicKey, nowSeconds: Chain.now, using: &other.generator)
        #expect(throws: IdentityError.otherAuthority) {
            try newcomer.adopting(certificate: foreign.pem, authority: chain.authority.trusted)
        }
        #expect(throws: IdentityError.otherKey) {
            try newcomer.adopting(certificate: chain.node(4).leaf.pem, authority: chain.authority.trusted)
        }
    }

    @Test func onlyAP256KeyIsCertified() throws {
        var chain = try Chain()
        #expect(throws: IdentityError.notAP256PublicKey) {
            try chain.authority.issueNode(
                NodeID(1), publicKey: [1, 2, 3], nowSeconds: Chain.now, using: &chain.generator)
        }
    }

    @Test func anAuthorityIsTakenOnlyWithItsFingerprintAndOnlyIfItIsOne() throws {
        var chain = try Chain()
        let pem = chain.authority.pem
        #expect(try TrustedAuthority(pem: pem, fingerprint: chain.authority.fingerprint).pem == pem)
        #expect(throws: IdentityError.otherFingerprint) {
            try TrustedAuthority(pem: pem, fingerprint: Chain(seed: 2).authority.fingerprint)
        }
        #expect(throws: IdentityError.notAnAuthority) { try TrustedAuthority(pem: chain.node(1).leaf.pem) }
        #expect(throws: IdentityError.notAnAuthority) { try TrustedAuthority(pem: chain.newcomer().leaf.pem) }
        #expect(throws: IdentityError.notACertificate) { try TrustedAuthority(pem: "nothing") }
    }

    @Test func theOpensslToolAgreesThatTheChainIsGood() async throws {
        let directory = try TemporaryDirectory()
        var chain = try Chain()
        try chain.authority.save(in: directory.path)
        try chain.hub.create(in: directory.path, named: "hub")
        try chain.node(5).create(in: directory.path, named: "node")
        for (name, purpose) in [("hub", "sslserver"), ("node", "sslclient")] {
            let printed = try await OpenSSLTool.run([
                "verify", "-x509_strict", "-purpose", purpose, "-CAfile", "\(directory.path)/ca.pem",
                "\(directory.path)/\(name).pem",
            ])
            #expect(printed == "\(directory.path)/\(name).pem: OK\n")
        }
    }
}
