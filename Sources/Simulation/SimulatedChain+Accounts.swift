import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// Everything that lots, debts, tenders and coupons must say when everything has come to rest.
extension SimulatedChain {
    func checkAccounts() throws {
        for id in books.lots.keys.sorted() { try checkHubLot(id) }
        let lots = try hub.store.reader.inspect("SELECT count(*) FROM lot")
        try check(
            lots.first == ["\(books.lots.count)"], .conserved,
            "the hub has \(lots) lots where \(books.lots.count) were made")
        try checkDebts()
        try checkControl()
        try checkTenders()
        for coupon in books.couponsByID { try checkRedemptions(of: coupon) }
    }

    private func checkDebts() throws {
        let rows = try hub.store.reader.inspect(
            "SELECT lower(hex(member)), wallet, owed FROM debt ORDER BY member, wallet")
        let wanted = books.debts.sorted { $0.key < $1.key }.map { account, owed in
            [account.member.hexadecimal, account.wallet, "\(owed)"] as [String?]
        }
        try check(rows == wanted, .control, "the hub has the debts \(rows), not \(wanted)")
    }

    /// What is left of all lots of a kind, counted from what came and went, from the holders, and from the log.
    private func checkControl() throws {
        let rows = try hub.store.reader.inspect(
            """
            SELECT kind, sum(earned + refunded + overdrawn - spent - expired - clawed_back),
              sum(coalesce((SELECT sum(amount) FROM lot_right WHERE lot_right.lot = lot.id), 0))
            FROM lot GROUP BY kind ORDER BY kind
            """)
        var left: [String: Int64] = [:]
        for lot in books.lots.values { left[lot.terms.kind.rawValue, default: 0] += lot.remaining }
        let wanted = left.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)", "\($0.value)"] as [String?] }
        try check(rows == wanted, .control, "the control account says \(rows), the books \(wanted)")
    }

    private func checkTenders() throws {
        let rows = try hub.store.reader.inspect(
            """
            SELECT iif(refund.position IS NULL, '', 'back ') || kind AS of, sum(amount_minor)
            FROM tender LEFT JOIN refund ON refund.position = tender.position GROUP BY of ORDER BY of
            """)
        let wanted = books.tendersMinor.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] as [String?] }
        try check(rows == wanted, .control, "the hub was paid \(rows), and not \(wanted)")
    }

    /// With a right, never more often than it may be; without, as often as it was, in the order of the log.
    private func checkRedemptions(of coupon: RecordID) throws {
        let redeemed = books.redemptions[coupon] ?? []
        let standing = redeemed.filter { !$0.isUndone }
        let isWrittenOff = ledger.totals[coupon]?.isAtRisk ?? false
        try check(
            isWrittenOff || standing.filter { $0.mode == .right }.count <= books.uses(of: coupon), .singleUse,
            "a coupon for \(books.uses(of: coupon)) uses was redeemed \(standing.count) times with a right")
        if standing.count > books.uses(of: coupon) { mark(.couponRedeemedTwice) }
        let rows = try hub.store.reader.inspect(
            """
            SELECT lower(hex(sale)), mode, position, is_undone FROM redemption
            WHERE coupon = x'\(coupon.hexadecimal)' ORDER BY position
            """)
        let wanted = redeemed.map {
            [$0.sale.hexadecimal, $0.mode.rawValue, "\($0.position)", $0.isUndone ? "1" : "0"] as [String?]
        }
        try check(rows == wanted, .singleUse, "a coupon's uses are \(rows), and not \(wanted)")
    }

    /// Nothing hangs: what the node may spend is what the hub believes, and no question about rights is open.
    func checkSettled(_ node: SimulatedNode) throws {
        let held = Set(node.holding.rights.keys).union(books.lots(heldBy: .actor(node.actor)).map(\.terms.id))
        for id in held.sorted() {
            try checkLot(id, at: node)
            let (own, hubs) = (node.holding.right(to: id), books.lots[id]?.right(of: .actor(node.actor)) ?? 0)
            try check(own == hubs, .settled, "node \(node.index) holds \(own) of a lot where the hub believes \(hubs)")
        }
        try check(
            books.unanswered[.actor(node.actor)] == nil, .settled,
            "node \(node.index) has never laid down what was written off")
        try check(
            node.holding.inFlight.isEmpty, .settled,
            "\(node.holding.inFlight.count) transfers never reached node \(node.index)")
        let intents = try node.store.openIntents()
        try check(intents.isEmpty, .settled, "node \(node.index) has \(intents.count) intents left open")
        for authorization in wire.granted.keys.sorted() {
            guard let granted = wire.granted[authorization], granted.node == node.index, !granted.isReturned,
                let sale = wire.asked[authorization].map({ RecordID($0.request.sale) })
            else { continue }
            let isUsed = ledger.dot(ofSale: sale, at: node.index) != nil || granted.unused.isEmpty
            try check(isUsed, .settled, "node \(node.index) keeps a grant that nobody used")
        }
        let open = questions.filter { $0.node == node.index && $0.waitsInside > 0 }
        try check(open.isEmpty, .liveness, "node \(node.index) leaves \(open.count) tills waiting for ever")
    }
}
