import Loyalty
import Replication
import TestSupport

extension Write {
    static func set(_ field: MemberField, _ value: String, replacing dots: [Dot] = []) -> Write {
        Write(slot: Slot(field: field.rawValue), value: Array(value.utf8), replaces: dots)
    }

    static func clear(_ field: MemberField, replacing dots: [Dot]) -> Write {
        Write(slot: Slot(field: field.rawValue), value: nil, replaces: dots)
    }

    static func add(_ element: String, to field: MemberField, replacing dots: [Dot] = []) -> Write {
        Write(slot: Slot(field: field.rawValue, element: Array(element.utf8)), value: [], replaces: dots)
    }

    static func remove(_ element: String, from field: MemberField, replacing dots: [Dot]) -> Write {
        Write(slot: Slot(field: field.rawValue, element: Array(element.utf8)), value: nil, replaces: dots)
    }
}

extension MemberEdit {
    static func of(
        _ writes: Write..., by authority: Authority = .shop, author: String = "till 1", reason: String? = nil
    ) -> MemberEdit {
        MemberEdit(member: RecordID(7), authority: authority, author: author, reason: reason, writes: writes)
    }
}

extension SaleLine {
    static func of(_ netMinor: Int64, product: String = "6901028075831") -> SaleLine {
        SaleLine(product: product, quantityMilli: 1_000, netMinor: netMinor, discountMinor: 0)
    }
}

extension Sale {
    /// The total and the points are those of the lines, unless said otherwise.
    static func of(
        lines: [SaleLine], member: RecordID? = RecordID(7), till: String = "1", reference: String = "",
        occurredAtMilliseconds: UInt64 = 1_700_000_000_000, netMinor: Int64? = nil, points: Int64? = nil,
        ruleRevision: UInt32 = 1
    ) -> Sale {
        var random = SplitMix64(seed: 0)
        let businessDate = random.civilDate()
        let net = netMinor ?? lines.reduce(0) { $0 &+ $1.netMinor }
        return Sale(
            id: RecordID(9), member: member, till: till, reference: reference,
            occurredAtMilliseconds: occurredAtMilliseconds, businessDate: businessDate, netMinor: net,
            points: points ?? (member == nil ? 0 : net / 100), ruleRevision: ruleRevision, lines: lines)
    }
}

extension Cell {
    static func cell(
        _ field: MemberField, _ value: String, actor: UInt128, at milliseconds: UInt64 = 1,
        by authority: Authority = .shop
    ) -> Cell {
        Cell(
            slot: Slot(field: field.rawValue), dot: Dot(ActorID(actor), 1),
            time: HybridTime(milliseconds: milliseconds), authority: authority, value: Array(value.utf8))
    }

    static func element(_ element: String, of field: MemberField, actor: UInt128) -> Cell {
        Cell(
            slot: Slot(field: field.rawValue, element: Array(element.utf8)), dot: Dot(ActorID(actor), 1), time: .zero,
            authority: .shop, value: [])
    }
}

extension Member {
    /// Cells written without knowledge of each other, in the order in which they arrived.
    static func of(_ cells: Cell...) -> Member {
        var state = RecordState()
        for cell in cells {
            let write = Write(slot: cell.slot, value: cell.value, replaces: [])
            state.apply(
                Delta(dot: cell.dot, time: cell.time, authority: cell.authority, writes: [write]), knows: { _ in true })
        }
        return Member(id: RecordID(7), state: state)
    }
}
