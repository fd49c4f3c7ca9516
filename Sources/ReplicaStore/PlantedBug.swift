#if DEBUG
    /// Mistakes that the simulator has to find. One is planted by whoever simulates; no release build has them.
    package enum PlantedBug: String, CaseIterable, Sendable {
        /// The hub says that it holds an operation before its transaction has ended.
        case acknowledgedBeforeCommit = "acknowledged-before-commit"
        /// A node's cursor is committed before the entries that it covers.
        case cursorApartFromData = "cursor-apart-from-data"
        /// What a void operation replaced does not come back at its origin.
        case voidNotUndone = "void-not-undone"
        /// A write leaves alive what it replaces.
        case replacedStaysAlive = "replaced-stays-alive"
        /// A write drops whatever else is live in its slot.
        case lastArrivalWins = "last-arrival-wins"
        /// The last operation before a crash is lost, and its sequence is given away again.
        case sequenceReused = "sequence-reused"
        /// A node records a sale again when a till repeats it.
        case saleRecordedTwice = "sale-recorded-twice"
        /// A node that is still behind is sent what is new, and never what lies between.
        case skipsThoseBehind = "skips-those-behind"
        /// The digest is not changed when an operation gets its verdict.
        case digestForgetsSettling = "digest-forgets-settling"
        /// A mark names the position before the one that its digest is about.
        case markTooLow = "mark-too-low"
        /// An edit replaces what is there, whatever was on the screen.
        case staleEditWritten = "stale-edit-written"
        /// A deleted member keeps its phone among those that are looked up.
        case claimOfDeletedKept = "claim-of-deleted-kept"
    }
#endif
