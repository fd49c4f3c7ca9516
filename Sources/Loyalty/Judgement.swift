package import Replication

extension VerdictReason {
    /// The bodies cannot be read.
    package static let malformed = VerdictReason(rawValue: "malformed")
    /// The values break a rule of their fields.
    package static let unacceptable = VerdictReason(rawValue: "unacceptable")
    /// The operation's clock was further ahead than the hub believes; its time has been clamped.
    package static let clockAhead = VerdictReason(rawValue: "clock_ahead")
    /// The kind belongs to another audience than the operation names.
    package static let audience = VerdictReason(rawValue: "audience")
    /// The author may not write this: headquarters' word from a branch, or a decision.
    package static let authority = VerdictReason(rawValue: "authority")
    /// It replaces writes that its author cannot have seen.
    package static let replacesUnseen = VerdictReason(rawValue: "replaces_unseen")
    /// The points on the receipt are not those of the rule that it names.
    package static let ruleMismatch = VerdictReason(rawValue: "rule_mismatch")
    /// The receipt names an earning rule that the hub does not know, yet or any more: nobody can say whether its points
    /// are right.
    package static let ruleUnknown = VerdictReason(rawValue: "rule_unknown")
    /// A coupon was used after headquarters had taken it back.
    package static let couponVoid = VerdictReason(rawValue: "coupon_void")
    /// A member has used more coupons of a definition than it allows.
    package static let overLimit = VerdictReason(rawValue: "over_limit")
    /// What a member has bought does not bring the tier that a branch has given, or brings it no longer.
    package static let tierDisputed = VerdictReason(rawValue: "tier_disputed")
    /// More was spent or handed on than its author had the right to.
    package static let overdrawn = VerdictReason(rawValue: "overdrawn")
    /// Spent after the day on which it expired, or before it could be spent.
    package static let expired = VerdictReason(rawValue: "expired")
    /// A lot or a coupon of somebody else was spent, or taken back.
    package static let foreignLot = VerdictReason(rawValue: "foreign_lot")
    /// Under this id something with other content stands in the books.
    package static let duplicateEntry = VerdictReason(rawValue: "duplicate_entry")
    /// More came back than was sold, by somebody who may not take it back, or of a sale that is not in the books.
    package static let refundExceedsSale = VerdictReason(rawValue: "refund_exceeds_sale")
    /// A different sale with this id is already in the books.
    package static let duplicateSale = VerdictReason(rawValue: "duplicate_sale")
}

/// What the hub thinks of an operation. Only writes to fields can be void; the rest has happened.
package struct Judgement: Equatable, Sendable {
    package let effectiveTime: HybridTime
    package let verdict: Verdict
    /// What is to be folded; nil where there is nothing, or nothing that may take effect.
    package let fact: Fact?

    /// - Parameters:
    ///   - isHeld: whether the hub holds a dot, at or before a place in its log.
    ///   - toleranceMilliseconds: how far ahead of the hub's clock a time is believed.
    package static func of(
        _ operation: Operation, isByHub: Bool, epoch: EpochID, nowMilliseconds: UInt64,
        toleranceMilliseconds: UInt64, isHeld: (_ dot: Dot, _ through: UInt64) throws -> Bool
    ) rethrows -> Judgement {
        let latest = HybridTime(milliseconds: nowMilliseconds + toleranceMilliseconds)
        let time = operation.time.milliseconds <= latest.milliseconds ? operation.time : latest
        let (verdict, fact) = try verdict(on: operation, isByHub: isByHub, epoch: epoch, isHeld: isHeld)
        // Nobody looks at an unknown rule, and somebody has to set the clock.
        guard time != operation.time, verdict == .ok || verdict == .flagged(.ruleUnknown) else {
            return Judgement(effectiveTime: time, verdict: verdict, fact: fact)
        }
        return Judgement(effectiveTime: time, verdict: .flagged(.clockAhead), fact: fact)
    }

    private static func verdict(
        on operation: Operation, isByHub: Bool, epoch: EpochID, isHeld: (_ dot: Dot, _ through: UInt64) throws -> Bool
    ) rethrows -> (Verdict, Fact?) {
        let reach = Fact.reach(of: operation.kind)
        guard reach?.allows(operation.audience, isByHub: isByHub) ?? true else { return refused(operation, .audience) }
        switch Fact(operation) {
        case nil: return refused(operation, .malformed)
        case .member(let edit)?:
            return try judge(edit, operation, isByHub: isByHub, epoch: epoch, isHeld: isHeld)
        case .sale(let sale)?: return judge(sale)
        case .decision(let decision)?:
            return isByHub ? (.ok, .decision(decision)) : (.flagged(.authority), nil)
        case .transfer(let transfer)?:
            let author: RightsHolder = isByHub ? .hub : .actor(operation.dot.actor)
            guard transfer.isAllowed(author: author) else { return (.flagged(.authority), nil) }
            return transfer.isWellFormed ? (.ok, .transfer(transfer)) : (.flagged(.unacceptable), nil)
        case .topUp(let topUp)?:
            return topUp.isWellFormed ? (.ok, .topUp(topUp)) : (.flagged(.unacceptable), nil)
        case .refund(let refund)?:
            return refund.isWellFormed ? (.ok, .refund(refund)) : (.flagged(.unacceptable), nil)
        case .release(let release)?: return isByHub ? (.flagged(.authority), nil) : (.ok, .release(release))
        case .booking(let booking)?:
            guard isByHub else { return (.flagged(.authority), nil) }
            return booking.isWellFormed ? (.ok, .booking(booking)) : (.flagged(.unacceptable), nil)
        case .couponIssue(let issue)?:
            guard isByHub else { return (.flagged(.authority), nil) }
            do throws(CouponFault) { try issue.check() } catch { return (.flagged(.unacceptable), nil) }
            return (.ok, .couponIssue(issue))
        case .couponVoid(let void)?:
            guard isByHub else { return (.flagged(.authority), nil) }
            do throws(CouponFault) { try void.check() } catch { return (.flagged(.unacceptable), nil) }
            return (.ok, .couponVoid(void))
        case .programme(let edit)?:
            guard isByHub else { return (.flagged(.authority), nil) }
            do throws(ProgrammeFault) { try edit.check() } catch { return (.flagged(.unacceptable), nil) }
            return (.ok, .programme(edit))
        case .tier(let change)?:
            guard isByHub || change.isProvisional else { return (.flagged(.authority), nil) }
            return change.isWellFormed ? (.ok, .tier(change)) : (.flagged(.unacceptable), nil)
        case .couponSpent(let spent)?: return isByHub ? (.ok, .couponSpent(spent)) : (.flagged(.authority), nil)
        case .unknown?: return (.ok, nil)
        }
    }

    private static func refused(_ operation: Operation, _ reason: VerdictReason) -> (Verdict, Fact?) {
        (operation.kind == MemberEdit.kind ? .void(reason) : .flagged(reason), nil)
    }

    private static func judge(
        _ edit: MemberEdit, _ operation: Operation, isByHub: Bool, epoch: EpochID,
        isHeld: (_ dot: Dot, _ through: UInt64) throws -> Bool
    ) rethrows -> (Verdict, Fact?) {
        guard edit.authority == (isByHub ? .headquarters : .shop) else { return (.void(.authority), nil) }
        do throws(EditFault) { try edit.check() } catch { return (.void(.unacceptable), nil) }
        let seen = operation.observed.sequence(in: epoch)
        var known: Dot?
        for write in edit.writes {
            for target in write.replaces where target != known {
                let isCovered =
                    target.actor == operation.dot.actor
                    ? target.sequence < operation.dot.sequence : try isHeld(target, seen)
                guard isCovered else { return (.void(.replacesUnseen), nil) }
                known = target
            }
        }
        return (.ok, .member(edit))
    }

    private static func judge(_ sale: Sale) -> (Verdict, Fact?) {
        do throws(SaleFault) { try sale.check() } catch { return (.flagged(.unacceptable), nil) }
        // What was settled at the till has been counted with tiers and campaigns, by the programme that it knew.
        guard sale.settlement == nil else { return (.ok, .sale(sale)) }
        guard sale.member != nil else { return (sale.points == 0 ? .ok : .flagged(.ruleMismatch), .sale(sale)) }
        guard let rule = EarningRule.revision(sale.ruleRevision) else { return (.flagged(.ruleUnknown), .sale(sale)) }
        let isByRule = rule.points(forNetMinor: sale.netMinor) == sale.points
        return (isByRule ? .ok : .flagged(.ruleMismatch), .sale(sale))
    }
}
