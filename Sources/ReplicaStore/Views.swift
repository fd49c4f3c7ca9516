/// The merged view: stable names for headquarters' queries. `docs/views.md` describes every column.
enum Views {
    static let version1 = """
        CREATE VIEW branches AS
          SELECT id AS node, branch_code AS branch, branch_name AS name, joined_at, revoked_at, last_seen_at,
            applied_position
          FROM node WHERE id > 0;

        CREATE VIEW members AS
          SELECT lower(hex(id)) AS member, name, phone, birthday, email, gender, address, remark, home_branch,
            CAST(joined_at AS INTEGER) AS joined_at, joined_branch,
            CAST(last_visit_at AS INTEGER) AS last_visit_at, marketing_consent, coalesce(frozen, 'no') AS frozen,
            contested <> 0 AS is_contested
          FROM member
          -- The second byte of a record's clocks is zero where nothing lives and something waits for a verdict.
          WHERE life IS NOT 'deleted' AND substr(clocks, 2, 1) <> x'00';

        CREATE VIEW member_tags AS
          SELECT lower(hex(member)) AS member, tag FROM member_tag;

        CREATE VIEW member_links AS
          SELECT lower(hex(a)) AS member, lower(hex(b)) AS same_person FROM member_link;

        CREATE VIEW sales AS
          SELECT lower(hex(sale.id)) AS sale, sale.node,
            -- A branch has no roster, and only its own sales.
            coalesce(node.branch_code, (SELECT branch.value FROM meta AS branch JOIN meta AS own
              WHERE branch.key = 'branchCode' AND own.key = 'node' AND own.value = sale.node)) AS branch,
            CASE WHEN sale.member IS NOT NULL THEN lower(hex(sale.member)) END AS member,
            sale.till, sale.reference, sale.occurred_at, sale.business_date, sale.net_minor,
            coalesce(lot.earned, 0) AS points, sale.rule_revision, op.verdict,
            (SELECT count(*) FROM sale_line WHERE sale_line.sale = sale.position) AS lines
          FROM sale LEFT JOIN op ON op.position = sale.position LEFT JOIN node ON node.id = sale.node
            LEFT JOIN lot ON lot.sale = sale.position;

        CREATE VIEW sale_lines AS
          SELECT lower(hex(sale.id)) AS sale, line, product, quantity_milli, sale_line.net_minor, discount_minor
          FROM sale_line JOIN sale ON sale.position = sale_line.sale;

        CREATE VIEW points AS
          SELECT lower(hex(member)) AS member, sum(earned) AS earned, count(*) AS lots FROM lot GROUP BY member;

        CREATE VIEW operations AS
          SELECT op.position, lower(hex(actor.id)) AS actor, actor.node, op.sequence,
            (op.time >> 16) & 0xffffffffffff AS at, (op.effective_time >> 16) & 0xffffffffffff AS effective_at,
            op.observed, op.audience, op.kind, op.hub_sequence, op.verdict
          FROM op JOIN actor ON actor.key = op.actor;

        CREATE VIEW decisions AS
          SELECT lower(hex(case_id)) AS "case", outcome, author, reason FROM decision;
        """ + recordClocks(readingMarksFrom: "value")

    /// Replaces the first version's views of sales and points, and adds the ledger's.
    static let version2 =
        sales(readingMarksFrom: "value") + """
            CREATE VIEW points AS
              SELECT lower(hex(member)) AS member, sum(points) AS earned, count(*) AS lots
              FROM sale WHERE points > 0 AND member IS NOT NULL GROUP BY member;

            CREATE VIEW lots AS
              SELECT lower(hex(id)) AS lot, CASE WHEN member IS NOT NULL THEN lower(hex(member)) END AS member, kind,
                wallet, issuer, opened_on, available_on, expires_on, earned, refunded, spent, expired, clawed_back,
                overdrawn, coalesce((SELECT sum(amount) FROM lot_right WHERE lot_right.lot = lot.id), 0) AS remaining
              FROM lot;

            CREATE VIEW rights AS
              SELECT lower(hex(lot_right.lot)) AS lot, coalesce(actor.node, 0) AS node, lot_right.amount
              FROM lot_right LEFT JOIN actor ON actor.id = lot_right.holder;

            CREATE VIEW ledger_entries AS
              SELECT ledger.position, number, ledger.kind, lower(hex(ledger.lot)) AS lot,
                lower(hex(coalesce(ledger.member, lot.member))) AS member,
                coalesce(ledger.wallet, lot.wallet) AS wallet,
                coalesce(giver.node, CASE WHEN from_holder = zeroblob(16) THEN 0 END) AS from_node,
                coalesce(taker.node, CASE WHEN to_holder = zeroblob(16) THEN 0 END) AS to_node,
                ledger.amount, ledger.lacking
              FROM ledger LEFT JOIN lot ON lot.id = ledger.lot LEFT JOIN actor AS giver ON giver.id = ledger.from_holder
                LEFT JOIN actor AS taker ON taker.id = ledger.to_holder;
            """

    /// Headquarters' books.
    static let books = """
        -- A movement with the day on which it counts, and the branch that made it. What a holder lacked for it did not
        -- move, but for a spend: that has happened.
        CREATE VIEW ledger_days AS
          SELECT coalesce(
              (SELECT business_date FROM sale WHERE sale.position = ledger.position),
              (SELECT business_date FROM refund WHERE refund.position = ledger.position),
              (SELECT business_date FROM top_up WHERE top_up.position = ledger.position),
              (SELECT business_date FROM booking WHERE booking.position = ledger.position),
              date(((coalesce(op.effective_time, op.time) >> 16) & 0xffffffffffff) / 1000, 'unixepoch')
            ) AS business_date,
            actor.node, node.branch_code AS branch, lot.wallet, lot.kind AS lot_kind, lot.issuer, ledger.kind,
            ledger.from_holder IS NULL AS is_credit, ledger.amount,
            iif(ledger.kind = 'spend', ledger.amount, ledger.amount - ledger.lacking) AS moved, ledger.lacking
          FROM ledger JOIN lot ON lot.id = ledger.lot JOIN op ON op.position = ledger.position
            JOIN actor ON actor.key = op.actor LEFT JOIN node ON node.id = actor.node;

        CREATE VIEW wallet_days AS
          SELECT business_date, node, branch, wallet,
            sum(iif(kind = 'earn', moved, 0)) AS issued, sum(iif(kind = 'spend', moved, 0)) AS spent,
            sum(iif(kind = 'expire', moved, 0)) AS expired, sum(iif(kind = 'refund', moved, 0)) AS refunded,
            sum(iif(kind IN ('clawback', 'repayment'), moved, 0)) AS clawed_back,
            sum(iif(kind = 'adjust', iif(is_credit, moved, -moved), 0)) AS adjusted,
            sum(iif(kind = 'spend', lacking, 0)) AS overdrawn
          FROM ledger_days WHERE lot_kind <> 'coupon' AND kind NOT IN ('xfer', 'writeoff')
          GROUP BY business_date, node, branch, wallet;

        CREATE VIEW liability AS
          SELECT wallet, kind, count(*) AS lots, sum(held) AS remaining,
            sum(iif(available_on > date('now'), held, 0)) AS pending,
            sum(iif(expires_on < date('now'), held, 0)) AS past_expiry
          FROM (SELECT wallet, kind, available_on, expires_on,
                  (SELECT coalesce(sum(amount), 0) FROM lot_right WHERE lot_right.lot = lot.id) AS held
                FROM lot WHERE kind <> 'coupon')
          WHERE held > 0 GROUP BY wallet, kind;

        CREATE VIEW settlement AS
          SELECT issuer, giver.branch_code AS issuing_branch, ledger_days.node, ledger_days.branch AS redeeming_branch,
            wallet, lot_kind AS kind, sum(iif(ledger_days.kind = 'spend', moved, 0)) AS spent,
            sum(iif(ledger_days.kind = 'refund', moved, 0)) AS refunded
          FROM ledger_days LEFT JOIN node AS giver ON giver.id = issuer
          WHERE lot_kind <> 'coupon' AND ledger_days.kind IN ('spend', 'refund')
          GROUP BY issuer, giver.branch_code, ledger_days.node, ledger_days.branch, wallet, lot_kind;

        CREATE VIEW coupon_stats AS
          SELECT definition, count(*) AS issued, sum(uses) AS uses,
            sum((SELECT count(*) FROM redemption WHERE redemption.coupon = coupon.id AND is_undone = 0)) AS redeemed,
            sum(is_void) AS void,
            sum((SELECT coalesce(sum(discount_minor), 0) FROM redemption
                 WHERE redemption.coupon = coupon.id AND is_undone = 0)) AS discount_minor
          FROM coupon GROUP BY definition;
        """
}
