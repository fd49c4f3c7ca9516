import LineCodec
import Localization
import Loyalty
import ReplicaStore
import Replication

/// How cases and the values in them are told: both sides, how they arose, and their clocks.
struct CaseRows {
    let store: ReplicaStore

    let language: Language

    func summary(_ item: Case) throws -> CommandRow {
        let (member, field, sides) = try subject(of: item)
        return CommandRow([
            "case": item.id.hexadecimal, "kind": item.kind, "about": item.title.text(in: language),
            "member": member?.hexadecimal, "field": field?.name, "sides": sides.joined(separator: " | "),
        ])
    }

    private func subject(of item: Case) throws -> (RecordID?, MemberField?, sides: [String]) {
        switch item.subject {
        case .field(let member, let field, let siblings): (member, field, Self.values(siblings))
        case .sameIdentity(_, _, let members): (members.first, nil, try members.map(name))
        case .judged(let dot, let verdict): (nil, nil, ["\(Self.text(dot)) \(Self.text(verdict))"])
        case .redeemedAgain(let coupon, _):
            (
                try store.coupon(coupon)?.member, nil,
                try store.reader.redemptions(of: coupon).filter { !$0.isUndone }.map {
                    "\(try nodeName($0.node)) \($0.till) \($0.cashier)"
                }
            )
        case .overLimit(let member, let definition, _):
            (
                member, nil,
                try store.reader.limitedUses(of: definition, by: member).map {
                    "\(try nodeName($0.node)) \($0.till) \($0.cashier)"
                }
            )
        case .overLoss(let definition, _): (nil, nil, [definition])
        case .tierDisputed(let member, let tier, let dots):
            (
                member, nil,
                try dots.compactMap { try store.reader.clock(of: $0) }.map { "\(try nodeName($0.node)) \(tier)" }
            )
        case .debt(let member, let wallet, _):
            (
                member, nil,
                try store.account(of: member).debts.filter { $0.wallet == wallet }.map { "\(wallet) \($0.owed)" }
            )
        case .sameReference(let sales): (nil, nil, sales.map(\.hexadecimal))
        }
    }

    private var ledger: LedgerCaseRows { LedgerCaseRows(reads: ReadCommands(store: store)) }

    private func name(of member: RecordID) throws -> String {
        try store.reader.member(member)?.value(.name) ?? member.hexadecimal
    }

    private func explanation(of item: Case) -> CommandRow {
        CommandRow(["explanation": item.explanation.text(in: language)])
    }

    /// The case itself, then a row for every side; with clocks where it is to be explained.
    func rows(for item: Case, explaining: Bool) throws -> [CommandRow] {
        switch item.subject {
        case .field(let member, _, let siblings):
            let member = Member(id: member, state: try store.reader.member(member)?.state ?? RecordState())
            return try about(item) + (try siblings.map { try row(for: $0, of: member, clocks: explaining) })
                + (explaining ? try orders(siblings.map(\.dot)) : [])
        case .sameIdentity(let kind, _, let members):
            let field: MemberField = kind == "phone" ? .phone : .identity
            let all = try members.compactMap { try store.reader.member($0) }
            let cells = all.flatMap { member in
                member.state.live.filter {
                    $0.slot.field == field.rawValue || $0.slot.field == MemberField.name.rawValue
                }
                .map { (member, $0) }
            }
            let dots = cells.filter { $0.1.slot.field == field.rawValue }.map(\.1.dot)
            return try about(item) + (try cells.map { try row(for: $1, of: $0, clocks: explaining) })
                + (explaining ? try orders(dots) : [])
        case .judged(let dot, _):
            return try about(item) + ledger.attribution(of: dot)
                + ledger.redemptions(item.kind == Case.redeemedVoidKind ? store.reader.voidRedemptions(of: dot) : [])
                + ledger.losses(of: item) + (explaining ? [try clock(dot)] : [])
        case .redeemedAgain(let coupon, let dots):
            return try about(item) + ledger.redemptions(store.reader.redemptions(of: coupon))
                + (explaining ? try orders(dots) : [])
        case .overLimit(let member, let definition, let dots):
            return try about(item) + ledger.redemptions(store.reader.limitedUses(of: definition, by: member))
                + (explaining ? try orders(dots) : [])
        case .overLoss(let definition, let dots):
            return try about(item) + ledger.redemptions(store.reader.doubles(of: definition))
                + (explaining ? try orders(dots) : [])
        case .tierDisputed(let member, let tier, let dots):
            return try about(item) + ledger.disputed(tier, of: member, by: dots)
                + (explaining ? try dots.map(clock) : [])
        case .debt(_, _, let dots):
            return try about(item) + ledger.losses(of: item) + dots.flatMap(ledger.attribution)
                + (explaining ? try dots.map(clock) : [])
        case .sameReference(let sales): return try about(item) + ledger.sales(sales)
        }
    }

    private func about(_ item: Case) throws -> [CommandRow] { [try summary(item), explanation(of: item)] }

    func row(for cell: Cell, of member: Member, clocks: Bool) throws -> CommandRow {
        let field = MemberField(rawValue: cell.slot.field)
        let isShown = field.map { $0.policy == .set || member.shown($0) == cell } ?? false
        let clock = try store.reader.clock(of: cell.dot)
        let value = cell.slot.element.isEmpty ? cell.value : cell.slot.element
        var columns = ["member", "field", "value", "shown", "written_by", "at", "dot", "hub_sequence"]
        var values: [String?] = [
            member.id.hexadecimal, field?.name ?? String(cell.slot.field), String(decoding: value, as: UTF8.self),
            ReadCommands.word(isShown), try clock.map { try author(of: cell, at: $0.node) },
            String(cell.time.milliseconds), Self.text(cell.dot), clock?.stamp.map { String($0.hubSequence) },
        ]
        if clocks {
            columns += ["observed", "vector"]
            values += [clock.map { Self.text($0.observed) }, clock.map { Self.text($0.vector) }]
        }
        return CommandRow(columns: columns, values: values)
    }

    /// How each pair of operations stands to each other, by their full vector clocks.
    private func orders(_ dots: [Dot]) throws -> [CommandRow] {
        let clocks = try Set(dots).sorted().compactMap { try store.reader.clock(of: $0) }
        return clocks.indices.flatMap { first in
            clocks[(first + 1)...].map { second in
                order(of: clocks[first], to: second)
            }
        }
    }

    private func order(
        of first: ReplicaReader.OperationClock, to second: ReplicaReader.OperationClock
    ) -> CommandRow {
        let order = first.vector.order(to: second.vector)
        return CommandRow([
            "dot": Self.text(first.dot), "is": Self.text(order), "to": Self.text(second.dot),
            "meaning": order.sentence.text(in: language),
        ])
    }

    private func clock(_ dot: Dot) throws -> CommandRow {
        let clock = try store.reader.clock(of: dot)
        return CommandRow([
            "dot": Self.text(dot), "written_by": try clock.map { try nodeName($0.node) },
            "at": clock.map { String($0.time.milliseconds) }, "observed": clock.map { Self.text($0.observed) },
            "vector": clock.map { Self.text($0.vector) },
        ])
    }

    /// A branch is told what others have written, not which of them wrote it.
    private func author(of cell: Cell, at node: NodeID) throws -> String {
        guard store.identity.role == .node, node != store.identity.node else { return try nodeName(node) }
        switch cell.authority {
        case .headquarters: return HolderNames.headquarters
        case .shop: return "another branch"
        }
    }

    private func nodeName(_ node: NodeID) throws -> String { try HolderNames(store: store).name(node) }

    private static func values(_ cells: [Cell]) -> [String] {
        cells.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private static func text(_ dot: Dot) -> String { "\(Hexadecimal.text(dot.actor.value)):\(dot.sequence)" }

    private static func text(_ observed: Observed) -> String {
        observed.positions.map { String($0.sequence) }.joined(separator: ",")
    }

    private static func text(_ vector: VersionVector) -> String {
        vector.entries.map { "\(Hexadecimal.text($0.actor.value)):\($0.sequence)" }.joined(separator: " ")
    }

    private static func text(_ verdict: Verdict) -> String {
        switch verdict {
        case .ok: "ok"
        case .flagged(let reason): "flagged:\(reason.rawValue)"
        case .void(let reason): "void:\(reason.rawValue)"
        }
    }

    private static func text(_ order: CausalOrder) -> String {
        switch order {
        case .same: "same"
        case .before: "before"
        case .after: "after"
        case .concurrent: "concurrent"
        }
    }
}
