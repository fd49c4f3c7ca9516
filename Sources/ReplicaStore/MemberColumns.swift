import Loyalty
import Replication

/// Which column of a member's row shows which field.
enum MemberColumns {
    static let registers = MemberField.allCases.filter { $0.policy != .set }

    static let all = registers.reduce(into: FieldSet()) { $0.formUnion(FieldSet($1)) }

    static let select = "SELECT \(registers.map(\.name).joined(separator: ", ")), clocks FROM member WHERE id = ?"

    static let insert: String = {
        let columns = registers.map(\.name) + ["contested", "clocks", "id"]
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return "INSERT INTO member (\(columns.joined(separator: ", "))) VALUES (\(marks))"
    }()

    /// Writes only the columns of the fields that are given.
    static func update(_ fields: FieldSet) -> String {
        let columns = registers.filter { fields.contains(FieldSet($0)) }.map(\.name) + ["contested", "clocks"]
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
    /// In the order of the columns.
    private(set) var cells: [Cell?]
    /// A bit for every field in which people must choose.
    private(set) var contestedBits: Int64 = 0

    init(of state: RecordState) {
        cells = Array(repeating: nil, count: MemberColumns.registers.count)
        var start = state.live.startIndex
        while start < state.live.endIndex {
            let field = state.live[start].slot.field
            var end = start + 1
            while end < state.live.endIndex, state.live[end].slot.field == field { end += 1 }
            show(state.live[start..<end], of: field)
            start = end
        }
    }

    func isShown(_ cell: Cell) -> Bool {
        MemberColumns.column(of: cell.slot.field).map { cells[Int($0)]?.dot == cell.dot } ?? false
    }

    private mutating func show(_ siblings: ArraySlice<Cell>, of field: UInt16) {
        guard let column = MemberColumns.column(of: field) else { return }
        guard siblings.count > 1 else { return cells[Int(column)] = siblings.first }
        let policy = MemberColumns.registers[Int(column)].policy
        cells[Int(column)] = FieldPolicy.shown(among: Array(siblings), by: policy)
        if policy == .askPeople, siblings.contains(where: { $0.value != siblings.first?.value }) {
            contestedBits |= 1 << Int64(field)
        }
    }
}
