import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// What says how much should lie where, and whose home a branch is.
extension ReplicaStore {
    struct KnownTicket {
        let minor: Int64?
        let countedAtMilliseconds: UInt64
    }

    /// To count costs a look at a thousand operations; what a large sale comes to changes slowly.
    private static let ticketKeptMilliseconds: UInt64 = 10 * 60_000
    /// A branch's settled sales are looked for among so many of its last operations.
    private static let ticketOperationsMax: UInt64 = 1_000

    /// What a large sale of a branch comes to (`Allowance.largeTicketMinor`), by its last `Allowance.ticketsMax`
    /// settled sales that are known here; up to ten minutes old. Nil where none is.
    package func largeTicketMinor(of node: NodeID, steadyMilliseconds: UInt64) throws -> Int64? {
        if let known = knownTickets[node], steadyMilliseconds >= known.countedAtMilliseconds,
            steadyMilliseconds - known.countedAtMilliseconds < Self.ticketKeptMilliseconds
        {
            return known.minor
        }
        let minor = Allowance.largeTicketMinor(try lastTicketsMinor(of: node))
        knownTickets[node] = KnownTicket(minor: minor, countedAtMilliseconds: steadyMilliseconds)
        return minor
    }

    private func lastTicketsMinor(of node: NodeID) throws -> [Int64] {
        guard let actor = actors.all.last(where: { $0.node == node }) else { return [] }
        return try read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT sale.net_minor FROM op JOIN sale ON sale.position = op.position
                    WHERE op.actor = ? AND op.sequence > ?
                      AND EXISTS (SELECT 1 FROM sale_share WHERE sale_share.sale = sale.position)
                    ORDER BY op.sequence DESC LIMIT \(Allowance.ticketsMax)
                    """,
                arguments: [
                    actor.key,
                    Int64(clamping: actor.lastSequence - min(actor.lastSequence, Self.ticketOperationsMax)),
                ])
        }
    }

    /// At the hub: whether an actor has been written off and does not know it yet, so that nothing may be given to it.
    package func isSealed(_ actor: ActorID) throws -> Bool {
        try look { try BookTable(transaction: $0).isSealed(actor) }
    }

    /// The branch that a member calls home; nil for none.
    package func homeBranch(of member: RecordID) throws -> String? {
        try read { database in
            try String.fetchOne(
                database, sql: "SELECT home_branch FROM member WHERE id = ?",
                arguments: [Data(member.value.bigEndianBytes)])
        }
    }

    package func hasBranch(_ code: String) throws -> Bool {
        try read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM node WHERE branch_code = ? AND revoked_at IS NULL)",
                arguments: [code]) ?? false
        }
    }

    // MARK: Rights that nobody needs here

    /// Own rights in lots of a wallet, of members who have bought nothing here since a day, and to whom nothing was
    /// sent here since; at most so many. Coupons are wallets of their own.
    package func idleRights(
        in wallet: String, since day: CivilDate, sinceMilliseconds: UInt64, atMost limit: Int
    ) throws -> [LotSpend] {
        try ownRights(
            """
            lot.wallet = ?2 AND lot.member IS NOT NULL AND lot.opened_on < ?3
              AND NOT EXISTS (SELECT 1 FROM sale WHERE sale.member = lot.member AND sale.business_date >= ?3)
              AND NOT EXISTS (SELECT 1 FROM ledger JOIN op ON op.position = ledger.position
                WHERE ledger.lot = lot.id AND ledger.kind = 'xfer' AND ledger.to_holder = ?1
                  AND (op.effective_time >> 16) & 0xffffffffffff >= ?4)
            """, [wallet, day.text, Int64(bitPattern: sinceMilliseconds)], atMost: limit)
    }

    /// What a holder has of those coupons, among these, that were taken back.
    package func rights(toVoided coupons: [RecordID], of holder: RightsHolder) throws -> [LotSpend] {
        try coupons.compactMap { coupon in
            guard try self.coupon(coupon)?.isVoid ?? false else { return nil }
            let right = try lot(coupon)?.right(of: holder) ?? 0
            return right > 0 ? LotSpend(lot: coupon, amount: right) : nil
        }
    }

    /// Own rights in lots that have expired, and in coupons that were taken back; at most so many.
    package func expiredRights(today: CivilDate, atMost limit: Int) throws -> [LotSpend] {
        try ownRights(
            """
            (lot.expires_on < ?2 OR EXISTS (SELECT 1 FROM coupon WHERE coupon.id = lot.id AND coupon.is_void))
            """, [today.text], atMost: limit)
    }

    /// The wallets, and coupon definitions, of which anything lies here.
    package func walletsHeld() throws -> [String] {
        guard let holder else { return [] }
        return try read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT lot.wallet FROM lot_right JOIN lot ON lot.id = lot_right.lot
                    WHERE lot_right.holder = ? ORDER BY lot.wallet
                    """, arguments: [Data(holder.value.bigEndianBytes)])
        }
    }

    /// - Parameter condition: with parameters from the second on.
    private func ownRights(
        _ condition: String, _ values: [any DatabaseValueConvertible], atMost limit: Int
    ) throws -> [LotSpend] {
        guard let holder else { return [] }
        return try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT lot.id, lot_right.amount FROM lot_right JOIN lot ON lot.id = lot_right.lot
                    WHERE lot_right.holder = ?1 AND \(condition) ORDER BY lot.id LIMIT \(limit)
                    """, arguments: StatementArguments([Data(holder.value.bigEndianBytes)] + values))
            return rows.map { LotSpend(lot: RecordID(UInt128(bigEndianBytes: $0[0] as Data)), amount: $0[1]) }
        }
    }
}
