package import Loyalty

extension TenderRefusal {
    package func problem(of wallet: WalletType.Kind) -> CounterProblem {
        switch self {
        case .notAMember: .memberMissing
        case .unknownWallet, .notRedeemable: .notRedeemable
        case .belowMinimum: .belowMinimum
        case .notAMultiple: .notAMultiple
        case .insufficient: wallet == .storedValue ? .insufficientBalance : .insufficientPoints
        case .aboveCap: .aboveCap
        }
    }

    package func sentence(of wallet: WalletType.Kind) -> Phrase {
        switch self {
        case .notAMember:
            Phrase("Only a member can pay with \(wallet.name.english).", "只有会员才能使用\(wallet.name.chinese)。")
        case .unknownWallet, .notRedeemable:
            Phrase("Nothing can be paid with \(wallet.name.english) here.", "这里不能使用\(wallet.name.chinese)付款。")
        case .belowMinimum(let minimum):
            Phrase(
                "At least \(wallet.amount(minimum).english) must be used at once.",
                "每次最少使用 \(wallet.amount(minimum).chinese)。")
        case .notAMultiple(let unit):
            Phrase(
                "Only whole multiples of \(wallet.amount(unit).english) can be used.",
                "只能使用 \(wallet.amount(unit).chinese)的整数倍。")
        case .insufficient(let available):
            Phrase("Usable here are \(wallet.amount(available).english).", "本店可用 \(wallet.amount(available).chinese)。")
        case .aboveCap(let usable):
            Phrase(
                "This bill takes at most \(wallet.amount(usable).english).",
                "这笔账单最多可用 \(wallet.amount(usable).chinese)。")
        }
    }
}

extension WalletType.Kind {
    var name: Phrase {
        switch self {
        case .points: Phrase("points", "积分")
        case .growth: Phrase("growth value", "成长值")
        case .storedValue: Phrase("stored value", "储值")
        }
    }

    /// Stored value has no name for its unit: the currency's smallest coin.
    func amount(_ amount: Int64) -> Phrase {
        switch self {
        case .points: .count(amount, "point", "points", "积分")
        case .growth: .count(amount, "point of growth", "points of growth", "成长值")
        case .storedValue: Phrase("\(amount) (in the smallest coin)", "\(amount)（以最小货币单位计）")
        }
    }

    /// What a member has, and what of it this shop may spend.
    package func usable(_ here: Int64, of total: Int64, isConnected: Bool) -> Phrase {
        guard total > 0 else { return Phrase("There is nothing in it.", "里面没有余额。") }
        guard self != .growth else {
            return Phrase("\(amount(total).english), counted towards a tier.", "共 \(amount(total).chinese)，用于评定等级。")
        }
        let (amount, part) = (amount(total), here == 1 ? "1 of them" : "\(here) of them")
        guard here < total else {
            return Phrase("\(amount.english), all usable here.", "共 \(amount.chinese)，本店全部可用。")
        }
        return isConnected
            ? Phrase("\(amount.english), \(part) usable here at once.", "共 \(amount.chinese)，其中 \(here) 本店马上可用。")
            : Phrase("\(amount.english), \(part) usable here while offline.", "共 \(amount.chinese)，断线时本店可用其中 \(here)。")
    }
}
