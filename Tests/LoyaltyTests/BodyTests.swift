import LineCodec
import Loyalty
import Replication
import TestSupport
import Testing

/// What is said in a body is read back, and nothing that is accepted has a second spelling.
@Suite struct BodyTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func editsAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let edit = random.memberEdit()
        let (publicBody, personalBody) = edit.bodies()
        #expect(try MemberEdit(publicBody: publicBody, personalBody: personalBody) == edit)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func salesAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let sale = random.sale()
        #expect(try Sale(publicBody: sale.publicBody()) == sale)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func decisionsAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let decision = random.decision()
        #expect(try CaseDecision(publicBody: decision.publicBody()) == decision)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func aCutOrDamagedEditIsRefusedOrSaysWhatItSpells(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (open, sealed) = random.memberEdit().bodies()
        for open in cutAndDamaged(open, &random) { expectCanonical(open, sealed) }
        for sealed in cutAndDamaged(sealed ?? [], &random) { expectCanonical(open, sealed) }
        expectCanonical(open, nil)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func aCutOrDamagedSaleIsRefusedOrSaysWhatItSpells(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for body in cutAndDamaged(random.sale().publicBody(), &random) {
            guard let sale = try? Sale(publicBody: body), sale.publicBody() != body else { continue }
            Issue.record("\(String(decoding: body, as: UTF8.self)) is not canonical")
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func aCutOrDamagedDecisionIsRefusedOrSaysWhatItSpells(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for body in cutAndDamaged(random.decision().publicBody(), &random) {
            guard let decision = try? CaseDecision(publicBody: body), decision.publicBody() != body else { continue }
            Issue.record("\(String(decoding: body, as: UTF8.self)) is not canonical")
        }
    }

    @Test func personalValuesStandInThePersonalBodyOnly() {
        let edit = MemberEdit(
            member: RecordID(7), authority: .shop, author: "till 2", reason: nil,
            writes: [
                .set(.name, "王芳"), .set(.homeBranch, "017"), .add("card:6001", to: .identity), .add("vip", to: .tag),
            ])
        let (open, sealed) = edit.bodies()
        #expect(
            String(decoding: open, as: UTF8.self)
                == "00000000000000000000000000000007\t0\ttill 2\t\\-\t1\t\t8\t\t017\t\t16\t\t15\tvip\t\t")
        #expect(sealed.map { String(decoding: $0, as: UTF8.self) } == "\t王芳\tcard:6001\t")
    }

    @Test func aPersonalBodyComesWithPersonalFieldsOnly() {
        let open = MemberEdit(
            member: RecordID(7), authority: .shop, author: "", reason: nil, writes: [.set(.frozen, "yes")]
        ).bodies().publicBody
        #expect(throws: LineError.notCanonical) { try MemberEdit(publicBody: open, personalBody: []) }
        #expect(throws: LineError.trailingFields) { try MemberEdit(publicBody: open, personalBody: [0x61]) }
    }

    @Test func aPersonalFieldNeedsThePersonalBody() {
        let open = MemberEdit(
            member: RecordID(7), authority: .shop, author: "", reason: nil, writes: [.set(.name, "Ann")]
        ).bodies().publicBody
        #expect(throws: LineError.missingField) { try MemberEdit(publicBody: open, personalBody: nil) }
    }

    @Test(arguments: ["1:2\\tx", "1:2,", ",", "1:0", "1:-1", "1", "1:2:3", "1:02"])
    func aReplacedDotHasOneSpelling(dots: String) {
        let spelled = dots.replacing("1:", with: "00000000000000000000000000000001:")
        let open = Array("00000000000000000000000000000007\t0\t\t\\-\t13\t\tyes\t\(spelled)".utf8)
        #expect(throws: LineError.self) { try MemberEdit(publicBody: open, personalBody: nil) }
    }

    @Test func limitsOfBodiesAreKept() throws {
        #expect(throws: LineError.tooMany(limit: MemberEdit.writesMax)) {
            try reread(Array(repeating: .add("vip", to: .tag), count: MemberEdit.writesMax + 1))
        }
        #expect(throws: LineError.tooMany(limit: MemberEdit.replacesMax)) {
            try reread([
                .set(.frozen, "yes", replacing: (1...UInt64(MemberEdit.replacesMax) + 1).map { Dot(ActorID(1), $0) })
            ])
        }
        #expect(throws: LineError.tooMany(limit: Sale.linesMax)) {
            try Sale(publicBody: Sale.of(lines: Array(repeating: .of(1), count: Sale.linesMax + 1)).publicBody())
        }
        #expect(throws: LineError.unknownCode("authority")) {
            try MemberEdit(
                publicBody: Array("00000000000000000000000000000007\t2\t\t\\-".utf8), personalBody: nil)
        }
        #expect(throws: LineError.unknownCode("maybe")) {
            try CaseDecision(publicBody: Array("00000000000000000000000000000007\tmaybe\t\t".utf8))
        }
    }

    private func reread(_ writes: [Write]) throws {
        let (open, sealed) = MemberEdit(
            member: RecordID(7), authority: .shop, author: "", reason: nil, writes: writes
        ).bodies()
        _ = try MemberEdit(publicBody: open, personalBody: sealed)
    }

    private func expectCanonical(_ open: [UInt8], _ sealed: [UInt8]?) {
        guard let edit = try? MemberEdit(publicBody: open, personalBody: sealed), edit.bodies() != (open, sealed) else {
            return
        }
        Issue.record("\(String(decoding: open, as: UTF8.self)) | \(sealed ?? []) is not canonical")
    }

    private func cutAndDamaged(_ body: [UInt8], _ random: inout SplitMix64) -> [[UInt8]] {
        body.indices.map { Array(body[..<$0]) } + (0..<40).map { _ in random.damaged(body) }
    }
}
