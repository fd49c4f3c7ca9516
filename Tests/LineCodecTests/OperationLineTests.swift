import LineCodec
import Replication
import TestSupport
import Testing

@Suite struct OperationLineTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func anOperationIsReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let operation = random.operation()
        var reader = LineReader(line(operation))
        #expect(try reader.wholeOperation() == operation)
        try reader.end()
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func observedAudienceAndVerdictAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (observed, audience, verdict) = (random.observed(), random.audience(), random.verdict())
        var reader = LineReader(parts(observed, audience, verdict))
        #expect(try reader.observed() == observed)
        #expect(try reader.audience() == audience)
        #expect(try reader.verdict() == verdict)
        try reader.end()
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func whateverIsAcceptedIsCanonical(seed: UInt64) {
        for (damaged, read) in acceptedAfterDamage(seed: seed) where line(read) != damaged {
            Issue.record("\(String(decoding: damaged, as: UTF8.self)) is not canonical")
        }
    }

    /// So that the test above cannot pass because everything is refused.
    @Test func someDamagedLinesAreAccepted() {
        #expect((0..<10).flatMap { acceptedAfterDamage(seed: $0) }.count > 20)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func acceptedPartsAreCanonical(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            var damaged = parts(random.observed(), random.audience(), random.verdict())
            random.damage(&damaged)
            var reader = LineReader(damaged)
            guard let observed = try? reader.observed(), let audience = try? reader.audience(),
                let verdict = try? reader.verdict(), reader.isAtEnd
            else { continue }
            if parts(observed, audience, verdict) != damaged {
                Issue.record("\(String(decoding: damaged, as: UTF8.self)) is not canonical")
            }
        }
    }

    @Test(arguments: [
        ("0:1", LineError.notCanonical), (",", .notCanonical), ("\(epoch):1,", .notCanonical),
        ("\(epoch):", .notAnInteger), ("\(epoch):01", .notAnInteger), ("\(epoch):1:1", .notCanonical),
        ("\(epoch):5\\t6", .notAnInteger),
        (Array(repeating: "\(epoch):1", count: 9).joined(separator: ","), .tooMany(limit: 8)),
    ])
    func aWrongObservedIsRefused(spelling: String, error: LineError) {
        #expect(throws: error) { try read(spelling) { try $0.observed() } }
    }

    @Test(arguments: [
        ("", LineError.notAnInteger), ("shop", .notAnInteger), ("2,1", .notCanonical), ("1,1", .notCanonical),
        ("1,", .notAnInteger), ("4294967296", .integerTooLarge), ("5\\t6", .trailingFields),
        ((1...65).map(String.init).joined(separator: ","), .tooMany(limit: 64)),
    ])
    func aWrongAudienceIsRefused(spelling: String, error: LineError) {
        #expect(throws: error) { try read(spelling) { try $0.audience() } }
    }

    @Test(arguments: ["", "OK", "flagged", "flagged:", ":flagged:x", "void:A", "void:a b", "maybe:x", "void::x"])
    func aWrongVerdictIsRefused(spelling: String) {
        #expect(throws: LineError.unknownCode(spelling)) { try read(spelling) { try $0.verdict() } }
    }

    @Test(arguments: ["", "Member", "member edit", String(repeating: "a", count: 33), "é"])
    func aWrongCodeIsRefused(spelling: String) {
        #expect(throws: LineError.unknownCode(LineError.excerpt(spelling))) { try read(spelling) { try $0.code() } }
    }

    @Test func sequencesStartAtOne() {
        #expect(throws: LineError.notCanonical) { try read("\(epoch)\t0") { try $0.dot() } }
    }

    @Test(arguments: ["\\-\tbody", "00112233445566778899aabbccddeeff\t\\-", "0011\tbody"])
    func aPersonalPartHasASaltAndABody(spelling: String) {
        let line = "\(epoch)\t1\t0\t\tchain\tmember\tpublic\t" + spelling
        #expect(throws: LineError.notCanonical) { try read(line) { try $0.wholeOperation() } }
    }

    /// What the hashes cover and other implementations have to spell.
    @Test func theSpellingOfAnOperationIsFixed() {
        let operation = Operation(
            dot: Dot(ActorID(1), 2), observed: Observed([HubPosition(epoch: EpochID(3), sequence: 4)]),
            time: HybridTime(5), audience: .nodes([NodeID(6), NodeID(70)]), kind: OperationKind(rawValue: "member"),
            publicBody: Array("a\tb".utf8), personal: PersonalPart(salt: Array(repeating: 7, count: 16), body: []))
        let epoch = "00000000000000000000000000000003"
        let fields = [
            "00000000000000000000000000000001", "2", "5", "\(epoch):4", "6,70", "member", "a\\tb",
            String(repeating: "07", count: 16), "",
        ]
        #expect(String(decoding: line(operation), as: UTF8.self) == fields.joined(separator: "\t"))
    }

    private func acceptedAfterDamage(seed: UInt64) -> [(line: [UInt8], operation: Operation)] {
        var random = SplitMix64(seed: seed)
        return (0..<50).compactMap { _ in
            var damaged = line(random.operation())
            random.damage(&damaged)
            var reader = LineReader(damaged)
            guard let read = try? reader.wholeOperation(), reader.isAtEnd else { return nil }
            return (damaged, read)
        }
    }

    private func line(_ operation: Operation) -> [UInt8] {
        var writer = LineWriter()
        writer.header(of: operation)
        writer.bodies(operation.publicBody, operation.personal)
        return writer.bytes
    }

    private func parts(_ observed: Observed, _ audience: Audience, _ verdict: Verdict) -> [UInt8] {
        var writer = LineWriter()
        writer.observed(observed)
        writer.audience(audience)
        writer.verdict(verdict)
        return writer.bytes
    }

    private func read<Value>(
        _ spelling: String, _ field: (inout LineReader) throws -> Value
    ) throws -> Value {
        var reader = LineReader(Array(spelling.utf8))
        return try field(&reader)
    }
}

extension LineReader {
    fileprivate mutating func wholeOperation() throws(LineError) -> Operation {
        let dot = try dot()
        return try operation(dot)
    }
}

private let epoch = "00112233445566778899aabbccddeeff"
