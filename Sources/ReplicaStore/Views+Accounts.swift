extension Views {
    /// Branches' accounts.
    static let version3 = """
        CREATE VIEW branch_charges AS
          SELECT booking.business_date, branch_charge.node, node.branch_code AS branch, item, code,
            iif(item = 'points', amount, 0) AS points, iif(item = 'points', 0, amount) AS amount_minor,
            CASE WHEN sale IS NOT NULL THEN lower(hex(sale)) END AS sale, lower(hex(booking.reference)) AS "case",
            booking.author, booking.reason
          FROM branch_charge JOIN booking ON booking.position = branch_charge.position
            LEFT JOIN node ON node.id = branch_charge.node;
        """
}
