import Loyalty
import Replication

/// Which column of a member's row shows which field.
enum MemberColumns {
    static let registers = MemberField.allCases.filter { $0.policy != .set }

    /// Each column's field, by itself.
    static let sets = registers.map { FieldSet($0) }

    static let all = registers.reduce(into: FieldSet()) { $0.formUnion(FieldSet($1)) }

    /// Fields whose siblings are for people to choose from: nothing else says whether a row is contested.
    static let contestable = registers.reduce(into: FieldSet()) { fields, field in
        if field.policy == .askPeople { fields.formUnion(FieldSet(field)) }
    }

    static let select = "SELECT \(registers.map(\.name).joined(separator: ", ")), clocks FROM member WHERE id = ?"

    static let insert: String = {
        let columns = registers.map(\.name) + ["contested", "clocks", "id"]
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return "INSERT INTO member (\(columns.joined(separator: ", "))) VALUES (\(marks))"
    }()

    /// Writes only the columns of the fields that are given, and what follows from them.
    static func update(_ fields: FieldSet) -> String {
        let contested = fields.isDisjoint(with: contestable) ? [] : ["contested"]
        let columns = registers.filter { fields.contains(FieldSet($0)) }.map(\.name) + contested + ["clocks"]
        return "UPDATE member SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE id = ?"
    }

    static let clocks = Int32(registers.count)

    static func column(of field: UInt16) -> Int32? {
        Int(field) < columns.count ? columns[Int(field)] : nil
    }

    /// By the fields' numbers.
    private static let columns: [Int32?] = {
        let last = MemberField.allCases.map(\.rawValue).max() ?? 0
        return (0...last).map { field in registers.firstIndex { $0.rawValue == field }.map(Int32.init) }
    }()
}

/// What a member's row shows, found in one pass over what lives.
struct ShownValues {
    /// Which of the live cells each column shows.
    private(set) var places: [Int?]
    /// A bit for every field in which people must choose.
    private(set) var contestedBits: Int64 = 0

    init(of state: RecordState) {
        places = Array(repeating: nil, count: MemberColumns.registers.count)
        var start = state.live.startIndex
        while start < state.live.endIndex {
            let field = state.live[start].slot.field
            var end = start + 1
            while end < state.live.endIndex, state.live[end].slot.field == field { end += 1 }
            show(state.live, start..<end, of: field)
            start = end
        }
    }

    /// - Parameter place: of a live cell.
    func isShown(_ place: Int, of field: UInt16) -> Bool {
        MemberColumns.column(of: field).map { places[Int($0)] == place } ?? false
    }

    private mutating func show(_ live: [Cell], _ siblings: Range<Int>, of field: UInt16) {
        guard let column = MemberColumns.column(of: field) else { return }
        guard siblings.count > 1 else { return places[Int(column)] = siblings.lowerBound }
        let policy = MemberColumns.registers[Int(column)].policy
        let shown = FieldPolicy.shown(among: Array(live[siblings]), by: policy)
        places[Int(column)] = siblings.first { live[$0].dot == shown?.dot }
        if policy == .askPeople, siblings.contains(where: { live[$0].value != live[siblings.lowerBound].value }) {
            contestedBits |= 1 << Int64(field)
        }
    }
}
