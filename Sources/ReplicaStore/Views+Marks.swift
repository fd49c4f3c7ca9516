/// Views that have to know which replica they are of.
extension Views {
    /// A list behind IN was made into a temporary tree for every row of `meta` that was written.
    static let version4 =
        """
        DROP VIEW sales;
        DROP VIEW record_clocks;
        ALTER TABLE meta DROP COLUMN shown;
        ALTER TABLE meta ADD COLUMN shown ANY GENERATED ALWAYS AS
          (CASE key WHEN 'branchCode' THEN value WHEN 'node' THEN value WHEN 'epoch' THEN value END) VIRTUAL;

        """ + sales(readingMarksFrom: "shown") + recordClocks(readingMarksFrom: "shown")

    /// - Parameter column: of `meta`; `shown` has only what everybody may see.
    static func sales(readingMarksFrom column: String) -> String {
        """
        CREATE VIEW sales AS
          SELECT lower(hex(sale.id)) AS sale, sale.node,
            -- A branch has no roster, and only its own sales.
            coalesce(node.branch_code, (SELECT branch.\(column) FROM meta AS branch JOIN meta AS own
              WHERE branch.key = 'branchCode' AND own.key = 'node' AND own.\(column) = sale.node)) AS branch,
            CASE WHEN sale.member IS NOT NULL THEN lower(hex(sale.member)) END AS member,
            sale.till, sale.reference, sale.occurred_at, sale.business_date, sale.net_minor,
            sale.points, sale.rule_revision, op.verdict,
            (SELECT count(*) FROM sale_line WHERE sale_line.sale = sale.position) AS lines,
            sale.cashier, sale.tier
          FROM sale LEFT JOIN op ON op.position = sale.position LEFT JOIN node ON node.id = sale.node;

        """
    }

    static func recordClocks(readingMarksFrom column: String) -> String {
        """

        -- The full vector clock of every operation: what its author had seen, actor by actor, itself included.
        -- `observed` counts in this hub's epoch only, and never beyond the operation's own place in the log. An
        -- actor's operations stand in the hub's order, so the last one seen is found by halving.
        CREATE VIEW record_clocks AS
          WITH epoch (mark) AS (SELECT lower(hex(\(column))) || ':' FROM meta WHERE key = 'epoch'),
          seen AS (
            SELECT op.position, own.id, op.actor, op.sequence,
              CASE WHEN instr(op.observed, epoch.mark) > 0 THEN
                min(CAST(substr(op.observed, instr(op.observed, epoch.mark) + 33) AS INTEGER),
                  coalesce(op.hub_sequence - 1, 9223372036854775807))
              ELSE 0 END AS through
            FROM actor AS own CROSS JOIN op ON op.actor = own.key LEFT JOIN epoch)
          SELECT seen.position, lower(hex(seen.id)) AS actor, seen.sequence, lower(hex(known.id)) AS known_actor,
            CASE WHEN known.key = seen.actor THEN seen.sequence ELSE
              (WITH RECURSIVE half (low, step) AS (
                 SELECT 0, (SELECT max(op.sequence) FROM op WHERE op.actor = known.key)
                 UNION ALL
                 SELECT
                   low + iif(coalesce(
                     (SELECT coalesce(op.hub_sequence, 9223372036854775807) FROM op
                      WHERE op.actor = known.key AND op.sequence <= low + step ORDER BY op.sequence DESC LIMIT 1),
                     0) <= seen.through, step, 0),
                   iif(step > 1, (step + 1) / 2, 0)
                 FROM half WHERE step > 0)
               SELECT max(op.sequence) FROM op
               WHERE op.actor = known.key AND op.sequence <= (SELECT max(low) FROM half))
            END AS known_sequence
          FROM seen CROSS JOIN actor AS known
          WHERE known_sequence IS NOT NULL;

        """
    }
}
