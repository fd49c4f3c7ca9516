extension Views {
    /// Branches' accounts; views that read nothing secret, and rights that can be joined.
    static let version3 =
        marks + sales(readingMarksFrom: "shown") + recordClocks(readingMarksFrom: "shown") + rights + accounts

    private static let marks = """
        ALTER TABLE meta ADD COLUMN
          shown ANY GENERATED ALWAYS AS (CASE WHEN key IN ('branchCode', 'node', 'epoch') THEN value END) VIRTUAL;
        DROP VIEW sales;
        DROP VIEW record_clocks;

        """

    /// Texts made from blobs have no index. What is materialized gets one for the while, so that it can be joined by
    /// its text; `branch_rights` is joined already, by the blobs.
    private static let rights = """
        DROP VIEW rights;
        CREATE VIEW rights AS
          WITH held AS MATERIALIZED (
            SELECT lower(hex(lot_right.lot)) AS lot, coalesce(actor.node, 0) AS node, lot_right.amount
            FROM lot_right LEFT JOIN actor ON actor.id = lot_right.holder)
          SELECT lot, node, amount FROM held;

        CREATE VIEW branch_rights AS
          SELECT coalesce(actor.node, 0) AS node, node.branch_code AS branch, lower(hex(lot.id)) AS lot,
            CASE WHEN lot.member IS NOT NULL THEN lower(hex(lot.member)) END AS member, lot.kind, lot.wallet,
            lot.issuer, lot.opened_on, lot.available_on, lot.expires_on, lot_right.amount
          FROM lot_right JOIN lot ON lot.id = lot_right.lot LEFT JOIN actor ON actor.id = lot_right.holder
            LEFT JOIN node ON node.id = actor.node;

        """

    private static let accounts = """
        CREATE VIEW branch_charges AS
          SELECT booking.business_date, branch_charge.node, node.branch_code AS branch, item, code,
            iif(item = 'points', amount, 0) AS points, iif(item = 'points', 0, amount) AS amount_minor,
            CASE WHEN sale IS NOT NULL THEN lower(hex(sale)) END AS sale, lower(hex(booking.reference)) AS "case",
            booking.author, booking.reason
          FROM branch_charge JOIN booking ON booking.position = branch_charge.position
            LEFT JOIN node ON node.id = branch_charge.node;

        CREATE VIEW branch_liability AS
          SELECT issuer, node.branch_code AS issuing_branch, wallet, kind, count(*) AS lots, sum(held) AS remaining,
            sum(iif(available_on > date('now'), held, 0)) AS pending,
            sum(iif(expires_on < date('now'), held, 0)) AS past_expiry
          FROM (SELECT issuer, wallet, kind, available_on, expires_on,
                  (SELECT coalesce(sum(amount), 0) FROM lot_right WHERE lot_right.lot = lot.id) AS held
                FROM lot WHERE kind <> 'coupon')
            LEFT JOIN node ON node.id = issuer
          WHERE held > 0 GROUP BY issuer, node.branch_code, wallet, kind;

        CREATE VIEW sale_tenders AS
          SELECT lower(hex(sale.id)) AS sale, sale.node, tender.kind, tender.amount_minor, tender.reference
          FROM tender JOIN sale USING (position);

        CREATE VIEW redemptions AS
          SELECT lower(hex(coupon)) AS coupon, lower(hex(sale)) AS sale, mode, discount_minor, is_undone AS undone
          FROM redemption;

        CREATE VIEW debts AS SELECT lower(hex(member)) AS member, wallet, owed FROM debt;
        """
}
