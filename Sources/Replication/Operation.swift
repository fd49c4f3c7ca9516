/// One business fact, immutable, applied whole or not at all.
///
/// Its meaning is in `kind` and the two bodies, which stay bytes here: only `Loyalty` reads them.
package struct Operation: Hashable, Sendable {
    package let dot: Dot
    /// How far its author had applied the hub's log. With the dot, this is the operation's vector clock.
    package let observed: Observed
    package let time: HybridTime
    package let audience: Audience
    package let kind: OperationKind
    package let publicBody: [UInt8]
    package let personal: PersonalPart?

    package init(
        dot: Dot, observed: Observed, time: HybridTime, audience: Audience, kind: OperationKind,
        publicBody: [UInt8], personal: PersonalPart?
    ) {
        self.dot = dot
        self.observed = observed
        self.time = time
        self.audience = audience
        self.kind = kind
        self.publicBody = publicBody
        self.personal = personal
    }
}

/// The part of an operation that can be dropped later: the chain of hashes covers only its salted hash.
package struct PersonalPart: Hashable, Sendable {
    /// 16 random bytes, so that a dropped name cannot be found again by trying names.
    package let salt: [UInt8]
    package let body: [UInt8]

    package init(salt: [UInt8], body: [UInt8]) {
        self.salt = salt
        self.body = body
    }
}

/// What an operation says: `member`, `sale` … A kind that this version does not know is kept and passed on.
package struct OperationKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
}

/// Who is to receive an operation.
package enum Audience: Hashable, Sendable {
    case chain
    case hub
    /// Ascending, without repeats.
    case nodes([NodeID])

    package func includes(_ node: NodeID) -> Bool {
        switch self {
        case .chain: true
        case .hub: node == .hub
        case .nodes(let nodes): node == .hub || nodes.contains(node)
        }
    }
}

/// A place in the hub's log.
package struct HubPosition: Hashable, Sendable {
    package let epoch: EpochID
    /// From 1; 0 is before the first entry.
    package let sequence: UInt64

    package init(epoch: EpochID, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// What an author had applied of the hub's log when it wrote; a list, so that relaying hubs stay possible.
///
/// Empty before the first contact with the hub.
package struct Observed: Hashable, Sendable {
    package let positions: [HubPosition]

    package init(_ positions: [HubPosition] = []) { self.positions = positions }

    package func sequence(in epoch: EpochID) -> UInt64 {
        positions.first { $0.epoch == epoch }?.sequence ?? 0
    }
}

/// What the hub says of an operation it has accepted; fixed from then on, and replicated as data.
package struct Stamp: Hashable, Sendable {
    /// From 1, without gaps, within the hub's epoch.
    package let hubSequence: UInt64
    /// The operation's own time, or the latest that the hub believes.
    package let effectiveTime: HybridTime
    package let verdict: Verdict

    package init(hubSequence: UInt64, effectiveTime: HybridTime, verdict: Verdict) {
        self.hubSequence = hubSequence
        self.effectiveTime = effectiveTime
        self.verdict = verdict
    }
}

/// Flagged operations have happened and keep their effect; a void one has none. Neither holds up what follows.
package enum Verdict: Hashable, Sendable {
    case ok
    case flagged(VerdictReason)
    case void(VerdictReason)

    package var isVoid: Bool { if case .void = self { true } else { false } }
}

/// A stable code such as `clock_ahead`; `Localization` has the sentence for it.
package struct VerdictReason: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
}

/// An operation with its place in the hub's log.
package struct LogEntry: Hashable, Sendable {
    package let operation: Operation
    package let stamp: Stamp

    package init(operation: Operation, stamp: Stamp) {
        self.operation = operation
        self.stamp = stamp
    }
}
