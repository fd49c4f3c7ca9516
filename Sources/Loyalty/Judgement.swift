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
    ///   - hubSequence: where a dot stands in the hub's log; nil for a dot that the hub does not hold.
    ///   - toleranceMilliseconds: how far ahead of the hub's clock a time is believed.
    package static func of(
        _ operation: Operation, isByHub: Bool, epoch: EpochID, nowMilliseconds: UInt64,
        toleranceMilliseconds: UInt64, hubSequence: (Dot) throws -> UInt64?
    ) rethrows -> Judgement {
        let latest = HybridTime(milliseconds: nowMilliseconds + toleranceMilliseconds)
        let time = operation.time.milliseconds <= latest.milliseconds ? operation.time : latest
        let (verdict, fact) = try verdict(on: operation, isByHub: isByHub, epoch: epoch, hubSequence: hubSequence)
        guard time != operation.time, verdict == .ok else {
            return Judgement(effectiveTime: time, verdict: verdict, fact: fact)
        }
        return Judgement(effectiveTime: time, verdict: .flagged(.clockAhead), fact: fact)
    }

    private static func verdict(
        on operation: Operation, isByHub: Bool, epoch: EpochID, hubSequence: (Dot) throws -> UInt64?
    ) rethrows -> (Verdict, Fact?) {
        let expected = Fact.audience(of: operation.kind)
        guard expected == nil || expected == operation.audience else { return refused(operation, .audience) }
        switch Fact(operation) {
        case nil: return refused(operation, .malformed)
        case .member(let edit)?:
            return try judge(edit, operation, isByHub: isByHub, epoch: epoch, hubSequence: hubSequence)
        case .sale(let sale)?: return judge(sale)
        case .decision(let decision)?:
            return isByHub ? (.ok, .decision(decision)) : (.flagged(.authority), nil)
        case .unknown?: return (.ok, nil)
        }
    }

    private static func refused(_ operation: Operation, _ reason: VerdictReason) -> (Verdict, Fact?) {
        (operation.kind == MemberEdit.kind ? .void(reason) : .flagged(reason), nil)
    }

    private static func judge(
        _ edit: MemberEdit, _ operation: Operation, isByHub: Bool, epoch: EpochID,
        hubSequence: (Dot) throws -> UInt64?
    ) rethrows -> (Verdict, Fact?) {
        guard edit.authority == (isByHub ? .headquarters : .shop) else { return (.void(.authority), nil) }
        do throws(EditFault) { try edit.check() } catch { return (.void(.unacceptable), nil) }
        let seen = operation.observed.sequence(in: epoch)
        for target in edit.writes.lazy.flatMap(\.replaces) {
            let isCovered =
                target.actor == operation.dot.actor
                ? target.sequence < operation.dot.sequence
                : try hubSequence(target).map { $0 <= seen } ?? false
            guard isCovered else { return (.void(.replacesUnseen), nil) }
        }
        return (.ok, .member(edit))
    }

    private static func judge(_ sale: Sale) -> (Verdict, Fact?) {
        do throws(SaleFault) { try sale.check() } catch { return (.flagged(.unacceptable), nil) }
        let expected = EarningRule.revision(sale.ruleRevision)?.points(forNetMinor: sale.netMinor)
        let isByRule = sale.member == nil ? sale.points == 0 : expected == sale.points
        return (isByRule ? .ok : .flagged(.ruleMismatch), .sale(sale))
    }
}
