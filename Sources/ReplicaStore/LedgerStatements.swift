extension HotQuery {
    /// The statements of lots and books.
    var ledgerSQL: String {
        switch self {
        case .readLot: "\(LotRow.select) WHERE id = ?"
        case .readRights: "SELECT holder, amount FROM lot_right WHERE lot = ?"
        case .linkedMembers: Person.linkedSQL
        case .rightsOfHolder: "SELECT lot, amount FROM lot_right WHERE holder = ? ORDER BY lot"
        case .writeLot:
            """
            INSERT INTO lot VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET earned = excluded.earned, received = excluded.received,
              sent = excluded.sent, refunded = excluded.refunded, spent = excluded.spent, expired = excluded.expired,
              clawed_back = excluded.clawed_back, overdrawn = excluded.overdrawn
            """
        case .writeRight:
            """
            INSERT INTO lot_right VALUES (?, ?, ?) ON CONFLICT (lot, holder) DO UPDATE SET amount = excluded.amount
            """
        case .deleteRight: "DELETE FROM lot_right WHERE lot = ? AND holder = ?"
        case .insertLedger: "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        case .readDebt: "SELECT owed FROM debt WHERE member = ? AND wallet = ?"
        case .addDebt:
            """
            INSERT INTO debt VALUES (?, ?, ?) ON CONFLICT (member, wallet) DO UPDATE SET owed = owed + excluded.owed
            """
        case .setDebt: "UPDATE debt SET owed = ?3 WHERE member = ?1 AND wallet = ?2"
        case .deleteDebt: "DELETE FROM debt WHERE member = ? AND wallet = ?"
        case .insertRedemption:
            "INSERT INTO redemption (coupon, sale, position, mode, discount_minor) VALUES (?, ?, ?, ?, ?)"
        case .undoRedemption: "UPDATE redemption SET is_undone = 1 WHERE coupon = ? AND position = ?"
        case .businessByID: "SELECT position FROM business WHERE id = ?"
        case .insertBusiness: "INSERT INTO business VALUES (?, ?)"
        case .insertRefund: "INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        case .insertRefundLine: "INSERT INTO refund_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        case .insertTopUp: "INSERT INTO top_up VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        case .insertBooking: "INSERT INTO booking VALUES (?, ?, ?, ?, ?, ?, ?)"
        case .insertTender: "INSERT INTO tender VALUES (?, ?, ?, ?, ?)"
        case .insertCharge: "INSERT INTO branch_charge VALUES (?, ?, ?, ?, ?, ?, ?)"
        case .addToBranch:
            """
            INSERT INTO branch_account VALUES (?, ?, ?, ?)
            ON CONFLICT (node, item, code) DO UPDATE SET charged = charged + excluded.charged
            """
        case .sellerOfSale: "SELECT position, node, is_released FROM sale WHERE id = ?"
        case .releaseSale: "UPDATE sale SET is_released = 1 WHERE id = ?"
        case .couponByID: "\(KnownCoupon.select) WHERE id = ?"
        case .insertCoupon:
            """
            INSERT INTO coupon (id, definition, definition_revision, member, code, valid_from, valid_to, uses, home,
              position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .voidCoupon: "UPDATE coupon SET is_void = 1 WHERE id = ?"
        case .closeCoupon: "UPDATE coupon SET is_closed = 1 WHERE id = ?"
        case .insertTierChange: "INSERT INTO tier_change VALUES (?, ?, ?, ?, ?)"
        case .insertProgramme: "INSERT OR IGNORE INTO programme VALUES (?, ?, ?, ?)"
        case .releaseSalesOfNode: "UPDATE sale SET is_released = 1 WHERE node = ?"
        case .refundsOfSale: "SELECT position FROM refund WHERE sale = ? ORDER BY position"
        case .noteReference:
            """
            INSERT INTO sale_again SELECT ?1, min(position) FROM sale
            WHERE node = ?2 AND business_date = ?3 AND till = ?4 AND reference = ?5 AND reference <> ''
              AND position < ?1 HAVING min(position) IS NOT NULL
            """
        case .branchOfNode: "SELECT branch_code FROM node WHERE id = ?"
        case .usesOfMember:
            """
            SELECT redemption.coupon, redemption.position, redemption.mode, coupon.uses, coupon.definition_revision
            FROM coupon JOIN redemption ON redemption.coupon = coupon.id
            WHERE coupon.member = ? AND coupon.definition = ? AND NOT redemption.is_undone
            ORDER BY redemption.position
            """
        case .tierChangesOfMember: Self.tierChangesSQL
        case .purchasesOfMember: Self.purchasesSQL
        case _: ""
        }
    }

    /// Everything ever said of a member's tier, in the order of this replica's log.
    static let tierChangesSQL = """
        SELECT op.public_body FROM tier_change JOIN op ON op.position = tier_change.position
        WHERE tier_change.member = ? ORDER BY tier_change.position
        """

    /// What counts of each of a member's sales since a day, less what came back and what was paid in kind.
    static let purchasesSQL = """
        SELECT sale.business_date,
          sale.net_minor
            - coalesce((SELECT sum(points_minor + bonus_minor) FROM sale_share
                WHERE sale_share.sale = sale.position), 0)
            - coalesce((SELECT sum(refund.net_minor) FROM refund
                JOIN op ON op.position = refund.position JOIN actor ON actor.key = op.actor
                WHERE refund.sale = sale.id AND actor.node IN (0, sale.node)), 0),
          coalesce((SELECT sum(growth_earned) FROM sale_share WHERE sale_share.sale = sale.position), 0), sale.id
        FROM sale WHERE sale.member = ? AND sale.business_date >= ? ORDER BY sale.position
        """
}
