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

    static func account(of member: RecordID, in database: Database) throws -> MemberAccount {
        let members = try person(of: member, in: database)
        var lots: [Lot] = []
        var debts: [MemberAccount.Debt] = []
        for member in members {
            lots += try Self.lots("WHERE member = ? ORDER BY id", .identifier(member.value), in: database)
            let statement = try SQLStatement(
                cached: "SELECT wallet, owed FROM debt WHERE member = ? ORDER BY wallet", in: database)
            defer { statement.reset() }
            try statement.bind(.identifier(member.value))
            while try statement.step() {
                debts.append(MemberAccount.Debt(wallet: statement.text(0), owed: statement.integer(1)))
            }
        }
        return MemberAccount(members: members, lots: lots, debts: debts)
    }

    static func lot(_ id: RecordID, in database: Database) throws -> Lot? {
        try lots("WHERE id = ?", .identifier(id.value), in: database).first
    }

    /// - Parameter condition: with one parameter.
    static func lots(_ condition: String, _ value: SQLValue, in database: Database) throws -> [Lot] {
        let statement = try SQLStatement(cached: "\(LotRow.select) \(condition)", in: database)
        defer { statement.reset() }
        try statement.bind(value)
        var lots: [Lot] = []
        while try statement.step() {
            guard let row = try LotRow(statement) else { continue }
            lots.append(row.lot(rights: try rights(of: row.id, in: database)))
        }
        return lots
    }

    private static func rights(of lot: RecordID, in database: Database) throws -> [RightsHolder: Int64] {
        let statement = try SQLStatement(cached: HotQuery.readRights.sql, in: database)
        defer { statement.reset() }
        try statement.bind(.identifier(lot.value))
        var rights: [RightsHolder: Int64] = [:]
        while try statement.step() { rights[RightsHolder(value: statement.identifier(0))] = statement.integer(1) }
        return rights
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
                WHERE refund.sale = ? ORDER BY refund.position
                """, arguments: [key])
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
