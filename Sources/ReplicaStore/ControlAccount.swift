import GRDB

/// The ledger against itself: two ways to count the same, of which neither is made from the other.
extension ReplicaStore {
    /// How many lots do not add up.
    func lotsOutOfBalance() throws -> Int64 {
        try read { try Int64.fetchOne($0, sql: Self.outOfBalanceSQL) ?? 0 }
    }

    /// How many branches' accounts are not the sum of what the branch was charged.
    func accountsOutOfBalance() throws -> Int64 {
        try read { try Int64.fetchOne($0, sql: Self.unequalAccountsSQL) ?? 0 }
    }

    private static let unequalAccountsSQL = """
        WITH charged AS (
          SELECT node, item, code, sum(amount) AS charged FROM branch_charge GROUP BY node, item, code)
        SELECT (SELECT count(*) FROM (SELECT * FROM charged EXCEPT SELECT * FROM branch_account))
          + (SELECT count(*) FROM (SELECT * FROM branch_account EXCEPT SELECT * FROM charged))
        """

    /// A spend beyond what its holder had has happened all the same; any other movement did as much as there was.
    private static let outOfBalanceSQL = """
        WITH moved AS (
          SELECT lot,
            sum(iif(kind = 'earn' OR (kind = 'adjust' AND from_holder IS NULL), amount - lacking, 0)) AS earned,
            sum(iif(kind IN ('xfer', 'writeoff') AND from_holder IS NULL, amount - lacking, 0)) AS received,
            sum(iif(kind IN ('xfer', 'writeoff') AND to_holder IS NULL, amount - lacking, 0)) AS sent,
            sum(iif(kind = 'refund', amount - lacking, 0)) AS refunded,
            sum(iif(kind = 'spend', amount, 0)) AS spent,
            sum(iif(kind = 'spend', lacking, 0)) AS overdrawn,
            sum(iif(kind = 'expire', amount - lacking, 0)) AS expired,
            sum(iif(kind IN ('clawback', 'repayment') OR (kind = 'adjust' AND from_holder IS NOT NULL),
              amount - lacking, 0)) AS clawed_back
          FROM ledger WHERE lot IS NOT NULL GROUP BY lot),
        held AS (SELECT lot, sum(amount) AS held FROM lot_right GROUP BY lot)
        SELECT count(*) FROM lot LEFT JOIN moved ON moved.lot = lot.id LEFT JOIN held ON held.lot = lot.id
        WHERE (lot.earned, lot.received, lot.sent, lot.refunded, lot.spent, lot.overdrawn, lot.expired,
            lot.clawed_back)
          IS NOT (coalesce(moved.earned, 0), coalesce(moved.received, 0), coalesce(moved.sent, 0),
            coalesce(moved.refunded, 0), coalesce(moved.spent, 0), coalesce(moved.overdrawn, 0),
            coalesce(moved.expired, 0), coalesce(moved.clawed_back, 0))
          OR lot.earned + lot.received + lot.refunded + lot.overdrawn
            <> lot.sent + lot.spent + lot.expired + lot.clawed_back + coalesce(held.held, 0)
        """
}
