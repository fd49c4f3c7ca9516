package import Administration
package import Loyalty
package import ReplicaStore
package import Replication
package import SyncProtocol

/// What a till asks of its node. Reads that need no decision go to the store's reader instead.
package enum TillRequest: Equatable, Sendable {
    case edit(EditRequest)
    /// A basket that is only reported: it earns, and spends nothing.
    case sale(Sale)
    /// What it would cost, and what could be spent here now.
    case quote(Checkout)
    /// A sale with everything that it spends and earns. May wait a moment for the hub where rights are missing.
    case checkout(Checkout)
    /// The same rights for a sale that is to come: fetched where they are not here, and nothing is spent.
    case reserve(Checkout)
    /// What was fetched for a sale that does not come, by its authorizations: as far as it is still here.
    case handBack([RecordID])
    /// Goods come back; of another branch's sale only while the hub can be asked.
    case refund(RefundRequest)
    case topUp(TopUp)
    /// What a member has, here and elsewhere.
    case wallets(RecordID)
    /// A coupon of which only the hub may have heard.
    case coupon(CouponCode)
    case status
}

/// Given only after the commit is on the disk.
package enum TillAnswer: Equatable, Sendable {
    case edit(ReplicaStore.EditOutcome)
    case sale(ReplicaStore.SaleOutcome)
    case quote(QuoteOutcome)
    case checkout(CheckoutOutcome)
    case reserve(ReserveOutcome)
    case handedBack
    case refund(RefundOutcome)
    case topUp(ReplicaStore.LedgerOutcome)
    case wallets(MemberWallets)
    /// Nil where the hub knows of none, or cannot be asked.
    case coupon(ToldCoupon?)
    case status(NodeStatus)
    /// Nothing was written.
    case diskFull
    /// The node is about to end, and has not looked at the request.
    case stopping
}

package enum QuoteOutcome: Equatable, Sendable {
    /// With what stands behind the counter: what is spendable here, and under which rules.
    case quoted(Quote, Counter)
    case refused(CheckoutFault)
}

package enum CheckoutOutcome: Equatable, Sendable {
    case sold(Sale)
    /// The same checkout had been completed before; this is that sale.
    case repeated(Sale)
    /// The id belongs to another sale.
    case different
    /// Nothing was written. Where rights were missing: what was tried to get them.
    case refused(CheckoutFault, MissingRights?)
}

package enum ReserveOutcome: Equatable, Sendable {
    /// All that the checkout spends lies here now; under these authorizations it was fetched.
    case here(fetched: [RecordID])
    /// Where rights were missing: what was tried to get them.
    case refused(CheckoutFault, MissingRights?)
}

/// Why rights that lie elsewhere did not come.
package enum MissingRights: Equatable, Sendable {
    /// The line to the hub is down.
    case offline
    /// The hub did not answer in time. What it may still grant will go back by itself.
    case noAnswer
    case denied(Denial)
}

package enum RefundOutcome: Equatable, Sendable {
    case refunded(Refund)
    case repeated(Refund)
    case different
    /// Not in this branch's books, and the hub cannot be asked now.
    case elsewhere(MissingRights)
    /// Headquarters' stable code: `unknown_sale`, `seller_unreachable` …
    case deniedByHub(code: String)
    case refused(RefundRefusal)
}

/// What this replica knows of a member's wallets, with what the hub last said of the rest.
package struct MemberWallets: Equatable, Sendable {
    package let member: RecordID
    package let account: MemberAccount
    /// What this branch may spend as.
    package let holder: RightsHolder
    /// What the hub said; nil where it was never heard on this member.
    package let summaries: [WalletAnswer]?
    /// When the hub said so; now, where it has just been asked.
    package let summaryAtMilliseconds: UInt64?

    package init(
        member: RecordID, account: MemberAccount, holder: RightsHolder, summaries: [WalletAnswer]?,
        summaryAtMilliseconds: UInt64?
    ) {
        self.member = member
        self.account = account
        self.holder = holder
        self.summaries = summaries
        self.summaryAtMilliseconds = summaryAtMilliseconds
    }
}
