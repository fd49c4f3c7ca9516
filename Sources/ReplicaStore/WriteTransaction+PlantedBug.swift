#if DEBUG
    import Loyalty
    import Replication

    extension WriteTransaction {
        /// What becomes of a change where a bug is planted; nil for nothing.
        func planted(_ change: RecordChange, on state: RecordState) -> RecordChange? {
            switch (bug, change) {
            case (.voidNotUndone, .settle(_, _, isVoid: true)): nil
            case (.replacedStaysAlive, .write(let delta, let holding)):
                .write(delta.replacing { _ in [] }, holding: holding)
            case (.lastArrivalWins, .write(let delta, let holding)):
                .write(delta.replacing { state.dots(in: $0.slot) }, holding: holding)
            case (_, .write), (_, .settle): change
            }
        }

        /// Folds an entry into a lot as the bug has it. Returns what was lacking.
        func apply(_ entry: LedgerEntry, to lot: inout Lot, isAtHub: Bool) -> Int64 {
            switch (bug, entry.kind) {
            case (.selfTransferMints, .transfer) where entry.from == entry.to: lot.conjure(entry.amount, to: entry.to)
            case (.negativeAmountPasses, .transfer) where entry.amount < 0: lot.conjure(-entry.amount, to: entry.from)
            case (.infersFreshRights, .earn) where isAtHub:
                return lot.apply(
                    LedgerEntry(.earn, lot: entry.lot, from: nil, to: .hub, amount: entry.amount))
            case (.returnedRightsKept, .transfer) where !isAtHub && entry.from != nil: break
            case (.writtenOffRightsStay, .writeoff) where isAtHub: lot.conjure(entry.amount, to: entry.to)
            case (.couponWithTwoHolders, .transfer) where isAtHub && entry.from == .hub && lot.terms.kind == .coupon:
                lot.conjure(entry.amount, to: entry.to)
            case _: return lot.apply(entry)
            }
            return 0
        }

        /// What the hub takes up although it should not.
        func passed(_ operation: Operation) -> Fact? {
            guard bug == .selfTransferMints || bug == .negativeAmountPasses,
                case .transfer(let transfer)? = Fact(operation), transfer.from == .actor(operation.dot.actor)
            else { return nil }
            return .transfer(transfer)
        }

        func leavesDigestAlone(_ changes: [RecordChange]) -> Bool {
            bug == .digestForgetsSettling
                && changes.allSatisfy { if case .settle = $0 { true } else { false } }
        }
    }

    extension Lot {
        mutating func conjure(_ amount: Int64, to holder: RightsHolder?) {
            var rights = rights
            if let holder { rights[holder, default: 0] += amount }
            self = Lot(
                terms: terms, earned: earned, received: received, sent: sent, refunded: refunded, spent: spent,
                expired: expired, clawedBack: clawedBack, overdrawn: overdrawn, rights: rights)
        }
    }

    extension Delta {
        fileprivate func replacing(_ dots: (Write) -> [Dot]) -> Delta {
            Delta(
                dot: dot, time: time, authority: authority,
                writes: writes.map { Write(slot: $0.slot, value: $0.value, replaces: dots($0)) })
        }
    }
#endif
