package import Replication

/// The hub asks for rights back. A request only: to lose it changes nothing.
package struct Recall: Equatable, Sendable {
    package let id: UInt128
    /// At most `Limits.recallLotsMax`.
    package let wanted: [Wanted]

    /// Up to so much of a lot; the amount is above zero.
    package struct Wanted: Equatable, Sendable {
        package let lot: RecordID
        package let amount: UInt64

        package init(lot: RecordID, amount: UInt64) {
            self.lot = lot
            self.amount = amount
        }
    }

    package init(id: UInt128, wanted: [Wanted]) {
        self.id = id
        self.wanted = wanted
    }
}

/// All that the node gives for this recall is in the log of its writing actor up to here; 0 when that is nothing.
package struct Yield: Equatable, Sendable {
    package let recall: UInt128
    package let through: UInt64

    package init(recall: UInt128, through: UInt64) {
        self.recall = recall
        self.through = through
    }
}
