/// What the rules say of the points on a receipt.
package enum EarningOpinion: Equatable, Sendable {
    case agrees
    /// The first wallet that has too few or too many, and how many it might have.
    case differs(wallet: String, expected: ClosedRange<Int64>)
    /// The receipt goes by a rule that is not known here.
    case ruleUnknown
}

extension Programme {
    /// Counts the points of a settled sale again, by the revision that it names.
    ///
    /// A receipt tells neither the minute nor which goods are restricted. So a line may have earned the plain rate, and
    /// what a promotion with hours gives it may or may not have got; its own share of the points says which.
    ///
    /// - Parameter branch: code of the branch that sold.
    package func opinion(on sale: Sale, at branch: String) -> EarningOpinion {
        guard sale.member != nil, let settlement = sale.settlement else { return .agrees }
        guard let wallets = earningWallets(of: sale, settlement),
            settlement.tier.map({ tier($0, on: sale.businessDate) != nil }) ?? true
        else { return .ruleUnknown }
        let weights = EarnedWeights(of: sale, settlement, by: multipliers(on: sale, settlement, branch), wallets)
        for wallet in wallets {
            let expected = weights.points(at: wallet.rate)
            guard weights.fitShares, expected.contains(wallet.earned) else {
                return .differs(wallet: wallet.code, expected: expected)
            }
        }
        return .agrees
    }

    fileprivate struct EarningWallet {
        let code: String
        let rate: EarningRate
        let earned: Int64
    }

    /// The sale names the revision of the first wallet that earned something; of others, what was in force is meant.
    /// Nil where a wallet, or the revision, is unknown.
    private func earningWallets(of sale: Sale, _ settlement: Settlement) -> [EarningWallet]? {
        let earned = settlement.accruals.filter { $0.kind == .points }
        var rates: [String: EarningRate] = [:]
        for wallet in wallets(on: sale.businessDate) where wallet.rule.kind == .points {
            rates[wallet.code] = wallet.rule.earning
        }
        if let first = earned.map(\.wallet).min() {
            guard case .wallet(let named)? = item(.wallet, first, revision: sale.ruleRevision)?.rule,
                let rate = named.earning
            else { return nil }
            rates[first] = rate
        }
        guard earned.allSatisfy({ rates[$0.wallet] != nil }) else { return nil }
        return rates.sorted { $0.key < $1.key }.map { code, rate in
            EarningWallet(
                code: code, rate: rate, earned: earned.first { $0.wallet == code }?.amount ?? 0)
        }
    }

    /// For each line, what its points may have been multiplied with.
    private func multipliers(on sale: Sale, _ settlement: Settlement, _ branch: String) -> [Set<Int64>] {
        let cart = Cart(
            branch: branch, businessDate: sale.businessDate, minuteOfDay: 0, isMember: true,
            memberTier: settlement.tier, lines: [])
        let offers = promotions(on: sale.businessDate).map(\.rule).filter { $0.mayHold(for: cart) }
        let plain = Pricing.plainBasisPoints
        let tiers = settlement.tier.flatMap { tier($0, on: sale.businessDate)?.rule.multiplierBasisPoints } ?? plain
        return sale.lines.map { sold in
            let line = CartLine(
                product: sold.product, quantityMilli: sold.quantityMilli, grossMinor: sold.netMinor + sold.discountMinor
            )
            guard OfferScope.everything.covers(line) else { return [plain] }
            let always = offers.filter { $0.scope.hours == nil }.reduce(tiers) { max($0, $1.multiplier(on: line)) }
            let atTimes = offers.filter { $0.scope.hours != nil }.map { max(always, $0.multiplier(on: line)) }
            return Set(atTimes + [plain, always])
        }
    }
}

extension Promotion {
    /// At some minute of the day.
    fileprivate func mayHold(for cart: Cart) -> Bool {
        OfferScope(
            branches: scope.branches, tiers: scope.tiers, weekdays: scope.weekdays, monthDays: scope.monthDays,
            products: scope.products, includesRestricted: scope.includesRestricted
        ).refusal(of: cart) == nil && (from.map { $0 <= cart.businessDate } ?? true)
            && (to.map { cart.businessDate <= $0 } ?? true)
    }
}

/// What the lines of a sale weigh together when their points are counted, at least and at most.
private struct EarnedWeights {
    private var least: Int128 = 0
    private var most: Int128 = 0
    /// False where a line's share is none that its weight can have given.
    private(set) var fitShares = true

    /// A line's share is within one of its proportion, in each wallet; and what is in proportion is less than one
    /// below what it weighs.
    private static let toleranceForEachWallet: Int128 = 2

    init(
        of sale: Sale, _ settlement: Settlement, by multipliers: [Set<Int64>], _ wallets: [Programme.EarningWallet]
    ) {
        let bases = zip(sale.lines, settlement.lines).map { line, share in
            Int128(line.netMinor) - Int128(share.pointsMinor) - Int128(share.bonusMinor)
        }
        // What is handed back takes from all others: their shares then say nothing of their own weight.
        let saysShare = bases.allSatisfy { $0 >= 0 }
        for (index, base) in bases.enumerated() {
            let weights = multipliers[index].map { base * Int128($0) }
            let share = Int128(settlement.lines[index].pointsEarned)
            let fitting = weights.filter { weight in
                let exact = wallets.reduce(Int128(0)) {
                    $0 + Int128(Fraction.points(weight, $1.rate, perBasisPoints: Pricing.plainBasisPoints))
                }
                return (exact - share).magnitude <= Self.toleranceForEachWallet * Int128(wallets.count)
            }
            if saysShare, fitting.isEmpty { fitShares = false }
            let counted = saysShare && !fitting.isEmpty ? fitting : weights
            least += counted.min() ?? 0
            most += counted.max() ?? 0
        }
    }

    func points(at rate: EarningRate) -> ClosedRange<Int64> {
        let counted = [least, most].map {
            Fraction.points(max(0, $0), rate, perBasisPoints: Pricing.plainBasisPoints)
        }
        return counted[0]...counted[1]
    }
}
