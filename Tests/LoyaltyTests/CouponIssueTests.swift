import LineCodec
import Replication
import TestSupport
import Testing

@testable import Loyalty

@Suite struct CouponIssueTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func issuesAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let issue = random.couponIssue()
        #expect(try CouponIssue(publicBody: issue.publicBody()) == issue)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func voidsAreReadBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let void = random.couponVoid()
        #expect(try CouponVoid(publicBody: void.publicBody()) == void)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func aCutOrDamagedBodyIsRefusedOrSaysWhatItSpells(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for body in random.cutAndDamaged(random.couponIssue().publicBody()) {
            guard let issue = try? CouponIssue(publicBody: body) else { continue }
            #expect(issue.publicBody() == body)
        }
        for body in random.cutAndDamaged(random.couponVoid().publicBody()) {
            guard let void = try? CouponVoid(publicBody: body) else { continue }
            #expect(void.publicBody() == body)
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func soundIssuesAreSound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let issue = random.soundCouponIssue()
        #expect(throws: Never.self) { try issue.check() }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func aRepeatedIssueGivesOutTheSameCoupons(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let recipient = random.couponRecipient()
        let (definition, number) = (random.text(), UInt32(random.below(3)))
        let coupon = try #require(derived(definition, recipient, number))
        #expect(derived(definition, recipient, number) == coupon)
        for other in [
            derived(definition + "x", recipient, number), derived(definition, recipient, number + 1),
            derived(definition, .key("another"), number), derived(definition, .member(RecordID(1)), number),
        ] {
            let other = try #require(other)
            #expect(other.id != coupon.id)
            #expect(other.code != coupon.code)
        }
    }

    @Test func aKeyThatReadsLikeAMemberIsNotTheMember() throws {
        let member = try #require(derived("birthday", .member(RecordID(7)), 1))
        let key = try #require(derived("birthday", .key(Hexadecimal.text(7)), 1))
        #expect(member.id != key.id)
        #expect(member.member == RecordID(7))
        #expect(key.member == nil)
    }

    @Test func anIdHasItsFixedSpelling() {
        #expect(
            Hexadecimal.text(IssuedCoupon.id(definitionCode: "d", recipient: .key("k"), number: 1).value)
                == "23ee00fd509d411820b01a39f6b09fb8")
    }

    @Test func bodiesHaveTheirFixedSpelling() throws {
        let code = try CouponCode("009-41SP-W4ZE-YEK")
        let issue = CouponIssue.of([
            IssuedCoupon(id: RecordID(7), member: RecordID(8), homeNode: NodeID(17), code: code),
            IssuedCoupon(id: RecordID(9), member: nil, homeNode: .hub, code: code),
        ])
        let (seven, eight, nine) = (Hexadecimal.text(7), Hexadecimal.text(8), Hexadecimal.text(9))
        #expect(
            String(decoding: issue.publicBody(), as: UTF8.self)
                == "birthday\t1\t2026-03-01\t2026-03-31\t1\t王芳\tbirthday\t\(seven)\t\(eight)\t17\t00941SPW4ZEYEK"
                + "\t\(nine)\t\\-\t0\t00941SPW4ZEYEK")
        let void = CouponVoid(coupons: [RecordID(7), RecordID(9)], author: "王芳", reason: "misprint")
        #expect(String(decoding: void.publicBody(), as: UTF8.self) == "王芳\tmisprint\t\(seven)\t\(nine)")
    }

    @Test func limitsAreKept() {
        var random = SplitMix64(seed: 1)
        let largest = CouponIssue.of(random.issuedCoupons(CouponIssue.couponsMax))
        #expect(throws: Never.self) { try largest.check() }
        #expect(throws: Never.self) { try CouponIssue(publicBody: largest.publicBody()) }
        let larger = CouponIssue.of(random.issuedCoupons(CouponIssue.couponsMax + 1))
        #expect(throws: CouponFault.tooManyCoupons(limit: 500)) { try larger.check() }
        #expect(throws: LineError.tooMany(limit: 500)) { try CouponIssue(publicBody: larger.publicBody()) }
        let void = CouponVoid(coupons: larger.coupons.map(\.id), author: "", reason: "misprint")
        #expect(throws: CouponFault.tooManyCoupons(limit: 500)) { try void.check() }
        #expect(throws: LineError.tooMany(limit: 500)) { try CouponVoid(publicBody: void.publicBody()) }
    }

    /// The wire allows 400 KiB for a body.
    @Test func theLargestIssueIsAStepOfLessThanFiftyKibibytes() {
        var random = SplitMix64(seed: 1)
        let coupons = random.issuedCoupons(CouponIssue.couponsMax).map {
            IssuedCoupon(id: $0.id, member: RecordID(.max), homeNode: NodeID(.max), code: $0.code)
        }
        let issue = CouponIssue.of(
            coupons, author: String(repeating: "😀", count: 64), reason: String(repeating: "😀", count: 256))
        #expect(throws: Never.self) { try issue.check() }
        #expect(issue.publicBody().count < 50 << 10)
    }

    @Test func faultyIssues() throws {
        var random = SplitMix64(seed: 1)
        let (a, b) = (random.issuedCoupons(1), random.issuedCoupons(1))
        let sameID = IssuedCoupon(id: a[0].id, member: nil, homeNode: .hub, code: b[0].code)
        let sameCode = IssuedCoupon(id: b[0].id, member: nil, homeNode: .hub, code: a[0].code)
        let long = String(repeating: "柜", count: 65)
        for (issue, fault) in [
            (.of([]), .noCoupons), (.of(a, code: ""), .badDefinitionCode),
            (.of(a, code: String(repeating: "a", count: 25)), .badDefinitionCode),
            (.of(a, code: "生日"), .badDefinitionCode),
            (.of(a, code: "a b"), .badDefinitionCode), (.of(a, author: long), .textTooLong(field: "author")),
            (.of(a, reason: String(repeating: "x", count: 257)), .textTooLong(field: "reason")),
            (.of(a, uses: 0), .usesOutOfRange(limit: 1_000)), (.of(a, uses: 1_001), .usesOutOfRange(limit: 1_000)),
            (.of(a, from: "2026-03-02", to: "2026-03-01"), .datesReversed), (.of(a + [sameID]), .couponTwice(a[0].id)),
            (.of(a + [sameCode]), .codeTwice(a[0].code)),
        ] as [(CouponIssue, CouponFault)] {
            #expect(throws: fault) { try issue.check() }
        }
        #expect(throws: Never.self) { try CouponIssue.of(a, from: "2026-03-01", to: "2026-03-01").check() }
    }

    @Test(
        arguments: [
            (CouponVoid(coupons: [], author: "", reason: "x"), .noCoupons),
            (CouponVoid(coupons: [RecordID(1)], author: "", reason: ""), .reasonMissing),
            (
                CouponVoid(coupons: [RecordID(1)], author: String(repeating: "a", count: 65), reason: "x"),
                .textTooLong(field: "author")
            ),
            (
                CouponVoid(coupons: [RecordID(1)], author: "", reason: String(repeating: "a", count: 257)),
                .textTooLong(field: "reason")
            ),
            (CouponVoid(coupons: [RecordID(1), RecordID(1)], author: "", reason: "x"), .couponTwice(RecordID(1))),
        ] as [(CouponVoid, CouponFault)])
    func faultyVoids(void: CouponVoid, fault: CouponFault) { #expect(throws: fault) { try void.check() } }

    @Test func aDateOrACodeHasOneSpelling() {
        let row = "00000000000000000000000000000007\t\\-\t0\t"
        let head = "d\t1\t2026-03-01\t2026-03-31\t1\t\t\t"
        for body in [
            head.replacing("2026-03-31", with: "2026-3-31"), head + row + "000-0000-0000-001",
            head + row + "0000000000000A",
            head + row,
        ] {
            #expect(throws: LineError.notCanonical) { try CouponIssue(publicBody: Array(body.utf8)) }
        }
    }

    private func derived(_ definition: String, _ recipient: CouponRecipient, _ number: UInt32) -> IssuedCoupon? {
        IssuedCoupon.derived(
            definitionCode: definition, campaign: 9, recipient: recipient, number: number, homeNode: .hub, secret: [1])
    }
}

extension CouponIssue {
    static func of(
        _ coupons: [IssuedCoupon], code: String = "birthday", revision: UInt32 = 1, from: String = "2026-03-01",
        to: String = "2026-03-31", uses: UInt32 = 1, author: String = "王芳", reason: String = "birthday"
    ) -> CouponIssue {
        let never = SplitMix64.firstDay
        return CouponIssue(
            definitionCode: code, definitionRevision: revision, validFrom: CivilDate(from) ?? never,
            validTo: CivilDate(to) ?? never, uses: uses, author: author, reason: reason, coupons: coupons)
    }
}

extension SplitMix64 {
    static var firstDay: CivilDate {
        var random = SplitMix64(seed: 0)
        return random.civilDate()
    }

    mutating func issuedCoupons(_ count: Int) -> [IssuedCoupon] {
        (0..<count).map { _ in
            IssuedCoupon(
                id: RecordID(identifier()), member: chance(percent: 60) ? RecordID(identifier()) : nil,
                homeNode: NodeID(pick([0, 1, 17, .max])), code: couponCode())
        }
    }

    /// Whether or not any rule accepts it.
    mutating func couponIssue() -> CouponIssue {
        CouponIssue(
            definitionCode: text(), definitionRevision: pick([0, 1, .max]), validFrom: civilDate(),
            validTo: civilDate(), uses: pick([0, 1, .max]), author: text(), reason: text(),
            coupons: issuedCoupons(below(4)))
    }

    mutating func soundCouponIssue() -> CouponIssue {
        let days = [civilDate(), civilDate()].sorted()
        return CouponIssue(
            definitionCode: pick(["birthday", "NEW-2026.03_a", "x"]), definitionRevision: pick([0, 1, .max]),
            validFrom: days[0], validTo: days[1], uses: pick([1, 2, 1_000]), author: text(), reason: text(),
            coupons: issuedCoupons(1 + below(3)))
    }

    mutating func couponVoid() -> CouponVoid {
        CouponVoid(coupons: (0..<below(4)).map { _ in RecordID(identifier()) }, author: text(), reason: text())
    }

    mutating func couponRecipient() -> CouponRecipient {
        chance(percent: 50) ? .member(RecordID(identifier())) : .key(text())
    }

    fileprivate mutating func cutAndDamaged(_ body: [UInt8]) -> [[UInt8]] {
        body.indices.map { Array(body[..<$0]) } + (0..<40).map { _ in damaged(body) }
    }
}
