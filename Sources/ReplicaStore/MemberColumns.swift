import Loyalty
import Replication

/// Which column of a member's row shows which field.
enum MemberColumns {
    static let registers = MemberField.allCases.filter { $0.policy != .set }

    static let select = "SELECT \(registers.map(\.name).joined(separator: ", ")), clocks FROM member WHERE id = ?"

    static let upsert: String = {
        let columns = registers.map(\.name) + ["contested", "clocks"]
        let updates = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let marks = Array(repeating: "?", count: columns.count + 1).joined(separator: ", ")
        return """
            INSERT INTO member (id, \(columns.joined(separator: ", "))) VALUES (\(marks))
            ON CONFLICT (id) DO UPDATE SET \(updates)
            """
    }()

    static let clocks = Int32(registers.count)

    static func column(of field: UInt16) -> Int32? {
        registers.firstIndex { $0.rawValue == field }.map(Int32.init)
    }

    /// A bit for every field in which people must choose.
    static func contestedBits(_ member: Member) -> Int64 {
        member.contestedFields.reduce(0) { $0 | 1 << Int64($1.rawValue) }
    }
}
