import LineCodec
package import Replication

/// What a branch bears in the chain's own reckoning, because a person has decided so.
package struct BranchCharge: Equatable, Sendable {
    /// What was lost.
    package enum Item: String, CaseIterable, Sendable {
        case points
        /// What a coupon took off, in minor units.
        case coupon
        /// In minor units.
        case storedValue = "stored_value"
        /// Paid out for goods that nobody had bought, in minor units.
        case refund

        package var isMoney: Bool { self != .points }
    }

    /// Never the hub.
    package let node: NodeID
    package let item: Item
    /// The wallet's code, or the coupon definition's; empty for a refund.
    package let code: String
    package let amount: Int64
    package let sale: RecordID?

    package init(node: NodeID, item: Item, code: String, amount: Int64, sale: RecordID?) {
        self.node = node
        self.item = item
        self.code = code
        self.amount = amount
        self.sale = sale
    }

    var isWellFormed: Bool { node != .hub && (1...Lot.amountMax).contains(amount) }
}

extension LineWriter {
    mutating func charge(_ charge: BranchCharge) {
        integer(charge.node.value)
        text(charge.item.rawValue)
        text(charge.code)
        integer(charge.amount)
        optional(charge.sale?.value) { $0.identifier($1) }
    }
}

extension LineReader {
    mutating func charge() throws(LineError) -> BranchCharge {
        BranchCharge(
            node: NodeID(try integer()), item: try code(BranchCharge.Item.self), code: try text(),
            amount: try integer(), sale: try optionalRecord())
    }
}
