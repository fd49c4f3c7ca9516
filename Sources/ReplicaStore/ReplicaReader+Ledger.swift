import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

extension ReplicaReader {
    package func account(of member: RecordID) throws -> MemberAccount {
        try database.read { try Self.account(of: member, in: $0) }
    }

    package func lot(_ id: RecordID) throws -> Lot? { try database.read { try Self.lot(id, in: $0) } }

    package func refundable(_ sale: RecordID) throws -> RefundableSale? {
        try database.read { try Self.refundable(sale, in: $0) }
    }

    /// - Parameter isLive: leaves out lots in which nobody holds anything any more.
    static func account(of member: RecordID, isLive: Bool = false, in database: Database) throws -> MemberAccount {
        let members = try person(of: member, in: database)
        let lots = try members.flatMap { member in
            try Self.lots(
                "WHERE lot.member = ? ORDER BY lot.id", .identifier(member.value), isLive: isLive, in: database)
        }
        return MemberAccount(
            members: members, lots: lots, debts: try members.flatMap { try debts(under: $0, in: database) })
    }

    static func debts(under member: RecordID, in database: Database) throws -> [MemberAccount.Debt] {
        let statement = try SQLStatement(
            cached: "SELECT wallet, owed FROM debt WHERE member = ? ORDER BY wallet", in: database)
        defer { statement.reset() }
        try statement.bind(.identifier(member.value))
        var debts: [MemberAccount.Debt] = []
        while try statement.step() {
            debts.append(MemberAccount.Debt(member: member, wallet: statement.text(0), owed: statement.integer(1)))
        }
        return debts
    }

    static func lot(_ id: RecordID, in database: Database) throws -> Lot? {
        try lots("WHERE lot.id = ?", .identifier(id.value), in: database).first
    }

    /// - Parameter condition: with one parameter; lots have to come in the order of their ids.
    static func lots(
        _ condition: String, _ value: SQLValue, isLive: Bool = false, in database: Database
    ) throws -> [Lot] {
        let select = isLive ? LotRow.selectLive : LotRow.selectWithRights
        let statement = try SQLStatement(cached: "\(select) \(condition)", in: database)
        defer { statement.reset() }
        try statement.bind(value)
        var lots: [Lot] = []
        var current: (row: LotRow, rights: [RightsHolder: Int64])?
        while try statement.step() {
            if let last = current, last.row.id.value != statement.identifier(0) {
                lots.append(last.row.lot(rights: last.rights))
                current = nil
            }
            if current == nil, let row = try LotRow(statement) { current = (row, [:]) }
            guard !statement.isNull(LotRow.holder) else { continue }
            current?.rights[RightsHolder(value: statement.identifier(LotRow.holder))] =
                statement.integer(LotRow.holder + 1)
        }
        if let current { lots.append(current.row.lot(rights: current.rights)) }
        return lots
    }

    static func refundable(_ id: RecordID, in database: Database) throws -> RefundableSale? {
        let key = Data(id.value.bigEndianBytes)
        let sql = """
            SELECT op.public_body, sale.node, actor.id, sale.is_released FROM sale
            JOIN op ON op.position = sale.position JOIN actor ON actor.key = op.actor WHERE sale.id = ?
            """
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [key]) else { return nil }
        let refunds = try Data.fetchAll(
            database,
            sql: """
                SELECT op.public_body FROM refund JOIN op ON op.position = refund.position
                  JOIN actor ON actor.key = op.actor
                WHERE refund.sale = ? AND actor.node IN (0, ?) ORDER BY refund.position
                """, arguments: [key, row[1] as Int64])
        return RefundableSale(
            sale: try Sale(publicBody: Array(row[0] as Data)), node: NodeID(row[1]),
            author: ActorID(UInt128(bigEndianBytes: row[2] as Data)), isReleased: row[3],
            refunds: try refunds.map { try Refund(publicBody: Array($0)) })
    }

    /// What headquarters has declared, on top of what holds before it says anything.
    package func programme() throws -> Programme { try database.read { try Self.programme(in: $0) } }

    static func programme(in database: Database) throws -> Programme {
        var programme = Programme.standard
        let rows = try Data.fetchCursor(
            database,
            sql: """
                SELECT op.public_body FROM programme JOIN op ON op.position = programme.position
                ORDER BY programme.position
                """)
        while let body = try rows.next() {
            programme.apply(try ProgrammeEdit(publicBody: Array(body)).item)
        }
        return programme
    }
}
