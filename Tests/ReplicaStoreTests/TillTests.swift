import ReplicaStore
import Testing

@Suite struct TillTests {
    let node: ReplicaStore
    init() throws { node = try Stores.node(1) }

    @Test func aTokenOpensItsTillUntilItIsShutOut() throws {
        #expect(try node.addTill("front", token: [1], nowMilliseconds: 10))
        #expect(try node.addTill("back", token: [2], nowMilliseconds: 20))
        #expect(try node.reader.till(withToken: [1]) == "front")
        #expect(try node.reader.till(withToken: [2]) == "back")
        #expect(try node.reader.till(withToken: []) == nil)
        #expect(try node.revokeTill("front", nowMilliseconds: 30))
        #expect(try node.reader.till(withToken: [1]) == nil)
        #expect(try node.reader.till(withToken: [2]) == "back")
        #expect(try !node.revokeTill("front", nowMilliseconds: 40))
        #expect(try !node.revokeTill("nowhere", nowMilliseconds: 40))
        #expect(try node.tills().map(\.name) == ["back", "front"])
        #expect(try node.tills().map(\.revokedAtMilliseconds) == [nil, 30])
    }

    @Test func aNameIsTakenOnceAndFreeAgainAfterwards() throws {
        #expect(try node.addTill("front", token: [1], nowMilliseconds: 10))
        #expect(try !node.addTill("front", token: [2], nowMilliseconds: 20))
        #expect(try node.reader.till(withToken: [2]) == nil)
        #expect(try node.revokeTill("front", nowMilliseconds: 30))
        #expect(try node.addTill("front", token: [3], nowMilliseconds: 40))
        #expect(try node.reader.till(withToken: [1]) == nil)
        #expect(try node.reader.till(withToken: [3]) == "front")
        #expect(try node.tills().map(\.addedAtMilliseconds) == [40])
        #expect(try node.tills().map(\.revokedAtMilliseconds) == [nil])
    }

    @Test func aTokenIsNotToBeFoundInTheFile() throws {
        let token = Array("a-secret-token-of-a-till".utf8)
        #expect(try node.addTill("front", token: token, nowMilliseconds: 10))
        let raw = try node.reader.inspect(
            "SELECT instr(token_hash, x'\(token.map { String($0, radix: 16) }.joined())') FROM till")
        #expect(raw == [["0"]])
    }
}
