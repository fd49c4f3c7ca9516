package import Replication

/// What one replica knows of a member's wallets: the lots, and what is owed. Balances are counted from it and kept
/// nowhere.
package struct MemberAccount: Equatable, Sendable {
    package struct Debt: Equatable, Sendable {
        package let wallet: String
        package let owed: Int64

        package init(wallet: String, owed: Int64) {
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
    /// How stored value that was paid for and the bonus on it go down together.
    package enum Order: String, CaseIterable, Sendable {
        /// Each spend takes both in the ratio in which they are held.
        case proportional
        case principalFirst = "principal_first"
    }

    package struct Shortage: Error, Equatable, Sendable {
        /// What this holder could spend.
        package let usableHere: Int64
        package let missing: Int64
    }

    /// Soonest expiry first; within stored value by the order given.
    package static func lots(
        for amount: Int64, of wallet: String, in account: MemberAccount, held holder: RightsHolder,
        on date: CivilDate, order: Order = .proportional
    ) throws(Shortage) -> [LotSpend] {
        let usable = account.spendable(wallet, by: holder, on: date)
        guard amount <= usable else { throw Shortage(usableHere: usable, missing: amount - usable) }
        let lots = account.lots.filter {
            $0.terms.wallet == wallet && $0.terms.kind != .coupon && $0.terms.isSpendable(on: date)
                && $0.right(of: holder) > 0
        }
        let bonus = lots.filter { $0.terms.kind == .bonus }
        let others = lots.filter { $0.terms.kind != .bonus }
        let (mainHeld, bonusHeld) = (held(others, holder), held(bonus, holder))
        let fromBonus =
            switch order {
            case .principalFirst: max(0, amount - mainHeld)
            case .proportional: share(of: amount, bonusHeld, in: mainHeld + bonusHeld)
            }
        return take(amount - fromBonus, from: others, holder) + take(fromBonus, from: bonus, holder)
    }

    private static func held(_ lots: [Lot], _ holder: RightsHolder) -> Int64 {
        lots.reduce(0) { $0 + $1.right(of: holder) }
    }

    /// Rounded to the nearest, and never more than the part has: amounts are at most `Lot.amountMax`, so that the
    /// product needs 128 bits.
    private static func share(of amount: Int64, _ part: Int64, in whole: Int64) -> Int64 {
        guard whole > 0 else { return 0 }
        let exact = Int128(amount) * Int128(part) * 2 + Int128(whole)
        return min(part, Int64(clamping: exact / (2 * Int128(whole))))
    }

    private static func take(_ amount: Int64, from lots: [Lot], _ holder: RightsHolder) -> [LotSpend] {
        var missing = amount
        return lots.compactMap { lot in
            let taken = min(missing, lot.right(of: holder))
            missing -= taken
            return taken > 0 ? LotSpend(lot: lot.terms.id, amount: taken) : nil
        }
    }
}
