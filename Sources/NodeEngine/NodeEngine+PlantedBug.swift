#if DEBUG
    import Loyalty
    import ReplicaStore
    import Replication

    extension NodeEngine {
        /// The planted mistake: there is more of every lot than this node holds.
        func unlooking(_ known: MemberAccount?, of member: RecordID?) throws -> MemberAccount? {
            guard store.faults.bug == .spendsWithoutLooking, let member else { return known }
            let account = try store.account(of: member)
            let lots = account.lots.map { lot in
                var rights = lot.rights
                rights[holder, default: 0] += 50
                return Lot(
                    terms: lot.terms, earned: lot.earned, received: lot.received, sent: lot.sent,
                    refunded: lot.refunded, spent: lot.spent, expired: lot.expired, clawedBack: lot.clawedBack,
                    overdrawn: lot.overdrawn, rights: rights)
            }
            return MemberAccount(members: account.members, lots: lots, debts: account.debts)
        }

        /// The planted mistake: whatever lies here is the customer's.
        func grasping(_ account: MemberAccount?) throws -> MemberAccount? {
            guard store.faults.bug == .othersLotsAreSpent, let account else { return account }
            let own = Set(account.lots.map(\.terms.id))
            let others = try store.reader.lots(heldBy: holder).filter { !own.contains($0.terms.id) }
            return MemberAccount(members: account.members, lots: account.lots + others, debts: account.debts)
        }

        /// The planted mistake: what is gone is taken all the same, in the place of a debt.
        func overdrawing(_ refund: Refund, _ account: MemberAccount?) -> Refund {
            let owed = refund.debts.reduce(0) { $0 + $1.amount }
            guard store.faults.bug == .clawbackBelowZero, owed > 0, let wallet = refund.debts.first?.wallet,
                let lot = account?.lots.first(where: { $0.terms.wallet == wallet })?.terms.id
            else { return refund }
            let held = refund.clawedBack.first { $0.lot == lot }?.amount ?? 0
            return Refund(
                id: refund.id, sale: refund.sale, member: refund.member, node: refund.node, till: refund.till,
                cashier: refund.cashier, reason: refund.reason, occurredAtMilliseconds: refund.occurredAtMilliseconds,
                businessDate: refund.businessDate, lines: refund.lines, tenders: refund.tenders,
                restored: refund.restored, renewed: refund.renewed,
                clawedBack: refund.clawedBack.filter { $0.lot != lot } + [LotSpend(lot: lot, amount: held + owed)],
                debts: [], coupons: refund.coupons)
        }
    }
#endif
