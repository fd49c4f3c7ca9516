import Loyalty
import Replication
import TestSupport

/// Facts that the codecs must carry, whether or not any rule accepts them.
extension SplitMix64 {
    mutating func memberEdit() -> MemberEdit {
        MemberEdit(
            member: RecordID(identifier()), authority: pick([.shop, .headquarters]), author: text(),
            reason: chance(percent: 30) ? text() : nil, writes: (0..<below(5)).map { _ in write() })
    }

    /// Fields 18 to 20 are not known to this version.
    mutating func write() -> Write {
        Write(
            slot: Slot(field: UInt16(1 + below(20)), element: bytes(atMost: 4)),
            value: chance(percent: 70) ? bytes(atMost: 8) : nil, replaces: (0..<below(3)).map { _ in dot() })
    }

    mutating func sale() -> Sale {
        Sale(
            id: RecordID(identifier()), member: chance(percent: 60) ? RecordID(identifier()) : nil, till: text(),
            reference: text(), occurredAtMilliseconds: pick([0, next() >> 1, .max >> 1]), businessDate: civilDate(),
            netMinor: amount(), points: amount(), ruleRevision: UInt32(below(3)),
            lines: (0..<below(4)).map { _ in
                SaleLine(product: text(), quantityMilli: amount(), netMinor: amount(), discountMinor: amount())
            })
    }

    mutating func decision() -> CaseDecision {
        CaseDecision(
            caseID: RecordID(identifier()), outcome: pick(CaseDecision.Outcome.allCases), author: text(), reason: text()
        )
    }

    mutating func civilDate() -> CivilDate {
        let (year, month) = (1 + below(9_999), 1 + below(12))
        return CivilDate(year: year, month: month, day: 29 + below(3))
            ?? CivilDate(year: year, month: month, day: 1 + below(28)) ?? civilDate()
    }

    private mutating func amount() -> Int64 { pick([.min, -1, 0, 1, 1_290, .max]) }
}

/// Damage to a body, as a broken disk or a hostile peer might do.
extension SplitMix64 {
    mutating func damaged(_ body: [UInt8]) -> [UInt8] {
        var body = body
        for _ in 0...below(2) {
            let place = below(body.count + 1)
            let end = min(body.count, place + below(3))
            body.replaceSubrange(place..<end, with: pick(Self.damages))
        }
        return body
    }

    private static let damages = [
        "", "\\", "\\t", "\\n", "\\-", "\t", "\n", "-", "0", "1", ":", ",", "A", "f", "\u{80}",
    ]
    .map { Array($0.utf8) }
}

/// Members as a chain with siblings everywhere leaves them.
extension SplitMix64 {
    /// Deltas with dots of their own, each value replacing some of those before it.
    mutating func deltas(count: Int) -> [Delta] {
        var dots: [Dot] = []
        return (1...count).map { index in
            let dot = Dot(ActorID(UInt128(1 + index % 3)), UInt64(1 + index / 3))
            defer { dots.append(dot) }
            return Delta(
                dot: dot, time: HybridTime(milliseconds: UInt64(below(4))), authority: pick([.shop, .headquarters]),
                writes: [memberWrite(replacing: dots.filter { _ in chance(percent: 20) })])
        }
    }

    private mutating func memberWrite(replacing dots: [Dot]) -> Write {
        let field = pick([MemberField.name, .phone, .joinedAt, .lastVisitAt, .frozen, .remark, .tag])
        let word = pick(["1", "2", "3", "yes", "no"])
        let isSet = field.policy == .set
        return Write(
            slot: Slot(field: field.rawValue, element: isSet ? Array(word.utf8) : []),
            value: isSet ? [] : Array(word.utf8), replaces: dots)
    }

    mutating func member(applying deltas: [Delta]) -> Member {
        var state = RecordState()
        var known: Set<Dot> = []
        for delta in deltas.shuffled(using: &self) {
            state.apply(delta) { known.contains($0) }
            known.insert(delta.dot)
        }
        return Member(id: RecordID(1), state: state)
    }
}
