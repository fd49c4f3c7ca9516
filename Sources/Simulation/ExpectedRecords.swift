import Loyalty
import Replication

/// What the hub's log asks for, reckoned without the store and the join: a write lives unless it is void or another
/// that is not void replaces it.
struct ExpectedRecords {
    private var written: [RecordID: [PlacedDot: Cell]] = [:]
    private var replaced: [RecordID: Set<PlacedDot>] = [:]
    private(set) var sales: [RecordID: Sale] = [:]
    private(set) var decided: Set<RecordID> = []
    /// Who has ever been called the same person.
    private(set) var everLinked: Set<Link> = []
    private(set) var judged: [(dot: Dot, verdict: Verdict)] = []

    /// Returns the member that the entry is about.
    mutating func take(_ entry: LogEntry) -> RecordID? {
        let (operation, verdict) = (entry.operation, entry.stamp.verdict)
        switch verdict {
        case .ok, .flagged(.ruleUnknown), .flagged(.overLimit), .flagged(.tierDisputed): break
        case .flagged, .void: judged.append((operation.dot, verdict))
        }
        guard Self.takesEffect(verdict) else { return nil }
        switch Fact(operation) {
        case .member(let edit)?:
            take(edit, as: operation.dot, at: entry.stamp.effectiveTime)
            return edit.member
        case .sale(let sale)?: sales[sale.id] = sale
        case .decision(let decision)?: decided.insert(decision.caseID)
        case .transfer?, .topUp?, .refund?, .release?, .booking?, .couponIssue?, .couponVoid?, .couponSpent?,
            .programme?, .tier?, .unknown?,
            nil:
            break
        }
        return nil
    }

    private static func takesEffect(_ verdict: Verdict) -> Bool {
        switch verdict {
        case .ok, .flagged(.clockAhead), .flagged(.ruleMismatch), .flagged(.ruleUnknown), .flagged(.overdrawn),
            .flagged(.expired), .flagged(.foreignLot), .flagged(.couponVoid), .flagged(.overLimit),
            .flagged(.tierDisputed):
            true
        case .flagged, .void: false
        }
    }

    private mutating func take(_ edit: MemberEdit, as dot: Dot, at time: HybridTime) {
        for write in edit.writes {
            for target in write.replaces {
                replaced[edit.member, default: []].insert(PlacedDot(slot: write.slot, dot: target))
            }
            guard let value = write.value else { continue }
            if write.slot.field == MemberField.samePerson.rawValue,
                let other = RecordID(hexadecimalDigits: write.slot.element)
            {
                everLinked.insert(Link(a: edit.member, b: other))
            }
            written[edit.member, default: [:]][PlacedDot(slot: write.slot, dot: dot)] = Cell(
                slot: write.slot, dot: dot, time: time, authority: edit.authority, value: value)
        }
    }

    /// Ascending by slot, then dot.
    func live(of member: RecordID) -> [Cell] {
        let gone = replaced[member] ?? []
        return (written[member] ?? [:]).filter { !gone.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
    }

    var members: [RecordID] { written.keys.sorted() }

    var netMinor: Int64 { sales.values.reduce(0) { $0 + $1.netMinor } }
    var points: Int64 { sales.values.reduce(0) { $0 + $1.points } }
}

/// The cases that must be open, reckoned by looking at every pair.
extension ExpectedRecords {
    struct ExpectedCase: Hashable, Comparable {
        let id: RecordID
        let kind: String

        static func < (a: Self, b: Self) -> Bool { (a.kind, a.id) < (b.kind, b.id) }
    }

    /// - Parameter atHub: the hub knows all verdicts and what was decided; a node neither.
    func cases(lookupKey: [UInt8], atHub: Bool, ledger: [Case] = []) -> [ExpectedCase] {
        let all =
            fieldCases() + identityCases(lookupKey)
            + (atHub ? judged.map { Case(.judged($0.dot, $0.verdict)) } + ledger : [])
        return all.filter { !atHub || !decided.contains($0.id) }.map { ExpectedCase(id: $0.id, kind: $0.kind) }.sorted()
    }

    private func isDeleted(_ member: RecordID) -> Bool {
        live(of: member).contains {
            $0.slot.field == MemberField.life.rawValue && $0.value == Array("deleted".utf8)
        }
    }

    private func fieldCases() -> [Case] {
        let contestable: [MemberField] = [.name, .phone, .birthday, .email]
        return members.filter { !isDeleted($0) }.flatMap { member in
            let cells = live(of: member)
            return contestable.compactMap { field in
                let siblings = cells.filter { $0.slot == Slot(field: field.rawValue) }
                let differ = siblings.contains { $0.value != siblings[0].value }
                return differ ? Case(.field(member: member, field, siblings: siblings)) : nil
            }
        }
    }

    private func identityCases(_ lookupKey: [UInt8]) -> [Case] {
        var holders: [String: [RecordID]] = [:]
        for member in members where !isDeleted(member) {
            for claim in claims(of: member) { holders[claim, default: []].append(member) }
        }
        let persons = persons()
        return holders.compactMap { claim, members in
            guard Set(members.map { persons[$0] ?? $0 }).count > 1,
                let colon = claim.firstIndex(of: ":")
            else { return nil }
            let (kind, value) = (String(claim[..<colon]), String(claim[claim.index(after: colon)...]))
            let key = LookupKey.of(kind: kind, value: value, secret: lookupKey)
            return Case(.sameIdentity(kind: kind, key: key, members: members))
        }
    }

    private func claims(of member: RecordID) -> Set<String> {
        Set(
            live(of: member).compactMap { cell in
                switch MemberField(rawValue: cell.slot.field) {
                case .phone?: "phone:" + String(decoding: cell.value, as: UTF8.self)
                case .identity?: String(decoding: cell.slot.element, as: UTF8.self)
                case _: nil
                }
            })
    }

    /// For every member the least of those who are the same person.
    func persons() -> [RecordID: RecordID] {
        Self.persons(
            by: members.flatMap { member in
                live(of: member).filter { $0.slot.field == MemberField.samePerson.rawValue }.compactMap { cell in
                    RecordID(hexadecimalDigits: cell.slot.element).map { Link(a: member, b: $0) }
                }
            })
    }

    struct Link: Hashable {
        let a: RecordID
        let b: RecordID
    }

    static func persons(by links: [Link]) -> [RecordID: RecordID] {
        var least: [RecordID: RecordID] = [:]
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for link in links {
                let lower = min(least[link.a] ?? link.a, least[link.b] ?? link.b)
                for member in [link.a, link.b] where (least[member] ?? member) != lower {
                    least[member] = lower
                    hasChanged = true
                }
            }
        }
        return least
    }
}

extension RecordID {
    fileprivate init?(hexadecimalDigits digits: [UInt8]) {
        guard let value = UInt128(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
        self.init(value)
    }
}
