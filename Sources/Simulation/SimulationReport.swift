/// What became of one seed.
package struct SimulationReport: Equatable, Sendable {
    package let seed: UInt64
    /// Equal for equal histories, in any process.
    package let traceHash: UInt64
    package let steps: Int
    package let simulatedMilliseconds: UInt64
    /// From the end of all faults until all replicas were equal.
    package let healedAfterMilliseconds: UInt64
    package let operations: UInt64
    package let sales: Int
    package let members: Int
    package let cases: Int
    /// How often each thing happened; those that never did are left out.
    package let marks: [CoverageMark: Int]
    /// Everything that the seed decided before the first event.
    package let plan: String
}

/// What must never be otherwise.
package enum Invariant: String, CaseIterable, Sendable {
    case equalDigests = "I1 equal audience and cursor, nothing waiting: equal digests"
    case foldOfLog = "I2 a store is the fold of its log"
    case expectedRecords = "I2 the records are those that the log asks for"
    case causality = "I4 nothing before what it observed"
    case oneContent = "I5 one dot, one content"
    case receiptKept = "I6 what was receipted is kept, once, with its content and effect"
    case onlyIssued = "I7 nothing that nobody asked for"
    case cursorMonotone = "I8 positions only grow"
    case acknowledgedHeld = "what the hub acknowledges, it holds durably"
    case honestPeace = "honest sides never accuse each other"
    case verdict = "every operation has the verdict that it deserves"
    case totals = "sales, money and points at the hub are those receipted"
    case cases = "I20 cases follow from state, and two live claims make one"
    case answers = "a till is told the truth"
    case conserved = "I9 every lot adds up, at the hub and at each node"
    case rightsHeld = "I10 nobody spends or hands on what is not theirs"
    case neverOverspent = "I11 no more is spent of a lot, on all disks, than was ever in it"
    case inDate = "I12 nothing is spent before its time or after it"
    case refundsWithinSale = "I13 no more comes back than was sold, and only to whom it may"
    case control = "I14 lots, rights, debts and tenders add up to the books"
    case singleUse = "I16 I17 I18 a coupon is used as often as it may, and every use beyond is known"
    case lateIsLoss = "I25 what comes of a branch written off costs no member anything"
    case settled = "I24 every grant is used or returned, and no intent is left open"
    case liveness = "I24 all replicas agree within the time allowed"
    case engine = "an engine ends only as it may"
}

/// A seed that has found something.
package struct SimulationFailure: Error, Equatable, CustomStringConvertible, Sendable {
    package let seed: UInt64
    package let step: Int
    package let atMilliseconds: UInt64
    package let invariant: Invariant
    package let detail: String
    package let plan: String
    /// The bug that was planted, by name.
    package let bug: String?

    package var description: String {
        """
        seed \(seed) fails at step \(step), \(atMilliseconds) ms: \(invariant.rawValue)
          \(detail)
          \(plan)
          replay (a \(Self.build) build): branchline simulate --seed \(seed)\(bug.map { " --bug \($0)" } ?? "")
        """
    }

    /// Debug builds can interrupt a store inside a step, so the same seed has another history there.
    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }
}
