import Digests
import TestSupport
import Testing

@Suite struct OperationChainTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func aChangeInAnyPartChangesTheHead(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let links = (0...random.below(4)).map { _ in random.link() }
        let place = random.below(links.count)
        for part in 0..<5 {
            var changed = links
            changed[place].change(part)
            #expect(head(changed) != head(links))
        }
    }

    @Test func theOrderOfLinksCounts() {
        let (a, b) = (Link(header: [1]), Link(header: [2]))
        #expect(head([a, b]) != head([b, a]))
        #expect(head([a]) != head([a, a]))
    }

    @Test func bytesCannotMoveBetweenThePublicPartAndTheHeader() {
        #expect(head([Link(header: [1, 2], publicBody: [3])]) != head([Link(header: [1], publicBody: [2, 3])]))
    }

    @Test func anEmptyPersonalPartIsNotNone() {
        let none = Link(header: [1], salt: nil)
        let empty = Link(header: [1], salt: Array(repeating: 0, count: 16), body: [])
        #expect(head([none]) != head([empty]))
    }

    /// The names are gone, their hash is kept, and the chain can still be checked.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func theHashOfAPersonalPartStandsForIt(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var checked = Array(repeating: 0 as UInt8, count: 32)
        let links = (0...random.below(4)).map { _ in random.link() }
        for link in links {
            let seal = link.salt.map { Digest256(of: $0 + link.body).bytes } ?? Array(repeating: 0, count: 32)
            let content = Digest256(of: link.header + Digest256(of: link.publicBody).bytes + seal)
            checked = Digest256(of: checked + content.bytes).bytes
        }
        #expect(head(links).bytes == checked)
    }

    @Test func aChainCanBeTakenUpFromItsHead() {
        let links = [Link(header: [1]), Link(header: [2])]
        var resumed = OperationChain(head: head([links[0]]))
        links[1].append(to: &resumed)
        #expect(resumed.head == head(links))
    }

    @Test func itStartsAtZeros() {
        #expect(OperationChain.start.head.bytes == Array(repeating: 0, count: 32))
    }

    private func head(_ links: [Link]) -> Digest256 {
        var chain = OperationChain.start
        for link in links { link.append(to: &chain) }
        return chain.head
    }
}

private struct Link {
    var header: [UInt8]
    var publicBody: [UInt8] = []
    var salt: [UInt8]?
    var body: [UInt8] = []

    func append(to chain: inout OperationChain) {
        chain.append(header: header, publicBody: publicBody, personal: salt.map { (salt: $0, body: body) })
    }

    mutating func change(_ part: Int) {
        switch part {
        case 0: header.append(0)
        case 1: publicBody.append(0)
        case 2: salt = salt == nil ? Array(repeating: 0, count: 16) : nil
        case 3:
            salt = salt?.map { $0 ^ 1 } ?? Array(repeating: 1, count: 16)
        default:
            salt = salt ?? Array(repeating: 2, count: 16)
            body.append(0)
        }
    }
}

extension SplitMix64 {
    fileprivate mutating func link() -> Link {
        let salt = chance(percent: 50) ? (0..<16).map { _ in UInt8(below(256)) } : nil
        return Link(header: bytes(), publicBody: bytes(), salt: salt, body: salt == nil ? [] : bytes())
    }
}
