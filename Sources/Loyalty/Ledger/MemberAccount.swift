package import Replication

/// What one replica knows of a member's wallets: the lots, and what is owed. Balances are counted from it and kept
/// nowhere.
package struct MemberAccount: Equatable, Sendable {
    package struct Debt: Equatable, Sendable {
        /// Under which of the person's ids it stands.
        package let member: RecordID
        package let wallet: String
        package let owed: Int64

        package init(member: RecordID, wallet: String, owed: Int64) {
            self.member = member
            self.wallet = wallet
            self.owed = owed
        }
    }

    /// The member, and whoever is the same person.
    package let members: [RecordID]
    package let lots: [Lot]
    package let debts: [Debt]

    package init(members: [RecordID], lots: [Lot], debts: [Debt]) {
        self.members = members
        self.lots = lots.sorted { LotTerms.isSpentBefore($0.terms, $1.terms) }
        self.debts = debts
    }

    package func owed(_ wallet: String) -> Int64 {
        debts.reduce(0) { $0 + ($1.wallet == wallet ? $1.owed : 0) }
    }

    /// Everything unexpired in a wallet, whoever holds it.
    package func balance(_ wallet: String, on date: CivilDate) -> Int64 {
        total(wallet) { lot in lot.terms.isExpired(on: date) ? 0 : lot.remaining }
    }

    /// What a holder may spend today.
    package func spendable(_ wallet: String, by holder: RightsHolder, on date: CivilDate) -> Int64 {
        total(wallet) { lot in lot.terms.isSpendable(on: date) ? lot.right(of: holder) : 0 }
    }

    /// What may be spent today, but not by this holder.
    package func spendableElsewhere(than holder: RightsHolder, _ wallet: String, on date: CivilDate) -> Int64 {
        total(wallet) { lot in lot.terms.isSpendable(on: date) ? lot.remaining - lot.right(of: holder) : 0 }
    }

    /// Earned, and not to be spent yet.
    package func pending(_ wallet: String, on date: CivilDate) -> Int64 {
        total(wallet) { lot in lot.terms.availableOn.map { $0 > date } ?? false ? lot.remaining : 0 }
    }

    /// Unexpired today, expired after the given day.
    package func expiring(_ wallet: String, from date: CivilDate, through last: CivilDate) -> Int64 {
        total(wallet) { lot in
            guard let end = lot.terms.expiresOn, end >= date, end <= last else { return 0 }
            return lot.remaining
        }
    }

    private func total(_ wallet: String, _ amount: (Lot) -> Int64) -> Int64 {
        lots.reduce(0) { $0 + ($1.terms.wallet == wallet && $1.terms.kind != .coupon ? amount($1) : 0) }
    }
}

/// Which lots a spend takes, and how much of each.
package enum SpendPlan {
    package struct Shortage: Error, Equatable, Sendable {
        /// What this holder could spend.
        package let usableHere: Int64
        package let missing: Int64
    }

    /// Soonest expiry first.
    ///
    /// - Parameter kinds: which lots of the wallet: points, or one part of stored value.
    package static func lots(
        for amount: Int64, of wallet: String, _ kinds: Set<LotKind>, in account: MemberAccount,
        held holder: RightsHolder, on date: CivilDate
    ) throws(Shortage) -> [LotSpend] {
        var missing = amount
        var plan: [LotSpend] = []
        for lot in account.lots
        where lot.terms.wallet == wallet && kinds.contains(lot.terms.kind) && lot.terms.isSpendable(on: date) {
            let taken = min(missing, lot.right(of: holder))
            if taken > 0 { plan.append(LotSpend(lot: lot.terms.id, amount: taken)) }
            missing -= taken
        }
        guard missing <= 0 else { throw Shortage(usableHere: amount - missing, missing: missing) }
        return plan
    }
}
