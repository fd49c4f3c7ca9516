import Replication

/// Members who are one person, by the links between them.
enum Person {
    /// Whoever is linked to one member directly.
    static let linkedSQL = "SELECT b FROM member_link WHERE a = ?1 UNION ALL SELECT a FROM member_link WHERE b = ?1"

    /// Ascending, the member included. Hardly anybody has a second number: then one look is all it takes.
    static func members(
        with member: RecordID, linked: (RecordID) throws -> [RecordID]
    ) rethrows -> [RecordID] {
        var found: Set<RecordID> = [member]
        var unlooked = [member]
        while let next = unlooked.popLast() {
            for other in try linked(next) where found.insert(other).inserted { unlooked.append(other) }
        }
        return found.sorted()
    }

    /// The members that the statement, `linkedSQL`, has for one.
    static func linked(to member: RecordID, by statement: SQLStatement) throws -> [RecordID] {
        defer { statement.reset() }
        try statement.bind(.identifier(member.value))
        var others: [RecordID] = []
        while try statement.step() { others.append(RecordID(statement.identifier(0))) }
        return others
    }
}
