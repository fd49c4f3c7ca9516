package import LineCodec
package import Replication

/// A holder hands rights on. Only the holder may; the hub alone may move a lost branch's, on a person's word.
package struct Transfer: Equatable, Sendable {
    package enum Cause: String, CaseIterable, Sendable {
        /// The hub, for one authorization that a till waits for.
        case grant
        /// The hub, so that a member's shop can serve it offline.
        case allowance
        /// A branch, because the hub asked.
        case recall
        /// A branch, because it does not need them any more.
        case giveBack = "return"
        /// The hub, over a lost branch's head.
        case writeoff
        /// A branch that was written off, once it hears of it: whatever it still holds or believes to hold. Until
        /// then nobody gives it anything.
        case surrender
    }

    package struct Item: Equatable, Sendable {
        /// Whole, because the receiver may never have heard of the lot.
        package let terms: LotTerms
        package let amount: Int64

        package init(terms: LotTerms, amount: Int64) {
            self.terms = terms
            self.amount = amount
        }
    }

    package let id: RecordID
    package let from: RightsHolder
    package let to: RightsHolder
    package let cause: Cause
    /// The authorization, recall or command that asked for it.
    package let reference: RecordID?
    /// Who wrote the branch off, and why; empty otherwise.
    package let author: String
    package let reason: String
    package let items: [Item]

    package init(
        id: RecordID, from: RightsHolder, to: RightsHolder, cause: Cause, reference: RecordID?, author: String = "",
        reason: String = "", items: [Item]
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.cause = cause
        self.reference = reference
        self.author = author
        self.reason = reason
        self.items = items
    }

    package static let kind = OperationKind(rawValue: "transfer")
    package static let itemsMax = 256

    /// A lost answer asked for again finds the same transfer.
    package static func id(granting authorization: RecordID) -> RecordID {
        .derived("grant", authorization.value, 0, "")
    }

    /// One answer to each write-off.
    package static func id(surrenderingTo writeOff: RecordID) -> RecordID {
        .derived("surrender", writeOff.value, 0, "")
    }

    /// It names no lots: both sides know what it holds when they come to it, and may differ until then.
    package static func surrender(of holder: RightsHolder, to writeOff: RecordID) -> Transfer {
        Transfer(
            id: id(surrenderingTo: writeOff), from: holder, to: .hub, cause: .surrender, reference: writeOff, items: [])
    }

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 128 * items.count)
        writer.identifier(id.value)
        writer.identifier(from.value)
        writer.identifier(to.value)
        writer.text(cause.rawValue)
        writer.optional(reference?.value) { $0.identifier($1) }
        writer.text(author)
        writer.text(reason)
        writer.list(items) { writer, item in
            writer.terms(item.terms)
            writer.integer(item.amount)
        }
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        id = try reader.record()
        from = RightsHolder(value: try reader.identifier())
        to = RightsHolder(value: try reader.identifier())
        cause = try reader.code(Cause.self)
        reference = try reader.optionalRecord()
        author = try reader.text()
        reason = try reader.text()
        items = try reader.list(atMost: Self.itemsMax) { reader throws(LineError) in
            Item(terms: try reader.terms(), amount: try reader.integer())
        }
        try reader.end()
    }
}

extension Transfer {
    package var isWellFormed: Bool {
        from != to && hasItems && items.allSatisfy { (1...Lot.amountMax).contains($0.amount) }
            && items.allSatisfy(\.terms.isWellFormed) && Set(items.map(\.terms.id)).count == items.count
            && BookingText.fits(author, reason)
    }

    private var hasItems: Bool {
        switch cause {
        case .surrender: items.isEmpty && reference.map(Self.id(surrenderingTo:)) == id
        case .grant, .allowance, .recall, .giveBack, .writeoff: !items.isEmpty
        }
    }

    /// Who may say so: the giver itself; the hub for a branch that a person has written off.
    func isAllowed(author: RightsHolder) -> Bool {
        switch cause {
        case .grant, .allowance: author == .hub && from == .hub
        case .recall, .giveBack, .surrender: author != .hub && from == author && to == .hub
        case .writeoff: author == .hub && from != .hub && to == .hub && !reason.isEmpty
        }
    }

    package var entries: [LedgerEntry] {
        items.map {
            LedgerEntry(
                cause == .writeoff ? .writeoff : .transfer, lot: $0.terms.id, from: from, to: to, amount: $0.amount)
        }
    }
}

enum BookingText {
    static let authorCharactersMax = 64
    static let reasonCharactersMax = 256

    static func fits(_ author: String, _ reason: String) -> Bool {
        author.unicodeScalars.count <= authorCharactersMax && reason.unicodeScalars.count <= reasonCharactersMax
    }
}
