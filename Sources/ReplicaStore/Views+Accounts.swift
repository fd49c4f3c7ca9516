extension Views {
    /// Branches' accounts; views that read nothing secret.
    static let version3 =
        marks + sales(readingMarksFrom: "shown") + recordClocks(readingMarksFrom: "shown") + accounts

    private static let marks = """
        ALTER TABLE meta ADD COLUMN
          shown ANY GENERATED ALWAYS AS (CASE WHEN key IN ('branchCode', 'node', 'epoch') THEN value END) VIRTUAL;
        DROP VIEW sales;
        DROP VIEW record_clocks;

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
        """
}
