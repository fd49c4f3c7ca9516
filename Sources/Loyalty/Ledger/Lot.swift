package import Replication

/// One movement in a lot. Immutable; what it did is decided once, when it is folded.
package struct LedgerEntry: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case earn, spend
        case transfer = "xfer"
        case expire, refund, clawback, repayment, adjust
        /// The one movement that its holder has not made: a person has written the branch off.
        case writeoff
    }

    package let kind: Kind
    package let lot: RecordID
    /// Whose rights become fewer; nil where they come into being.
    package let from: RightsHolder?
    /// Whose rights become more; nil where they are used up.
    package let to: RightsHolder?
    /// Positive.
    package let amount: Int64

    package init(_ kind: Kind, lot: RecordID, from: RightsHolder?, to: RightsHolder?, amount: Int64) {
        self.kind = kind
        self.lot = lot
        self.from = from
        self.to = to
        self.amount = amount
    }
}

/// A lot as the fold of its entries. What is left of it lies with named holders.
///
/// Always `earned + received + refunded + overdrawn = spent + sent + expired + clawedBack + Σ rights`, every term not
/// negative. The hub sees all holders, so nothing is received or sent there; a branch sees its own rights only.
package struct Lot: Equatable, Sendable {
    package let terms: LotTerms
    package private(set) var earned: Int64
    /// From holders, and to holders, that this replica does not look into.
    package private(set) var received: Int64
    package private(set) var sent: Int64
    package private(set) var refunded: Int64
    package private(set) var spent: Int64
    package private(set) var expired: Int64
    /// Taken back: for a returned purchase, a debt or by an administrator.
    package private(set) var clawedBack: Int64
    /// What was spent beyond its holder's rights: only after a write-off, or by a replica that lies.
    package private(set) var overdrawn: Int64
    /// No holder with nothing.
    package private(set) var rights: [RightsHolder: Int64]

    package init(
        terms: LotTerms, earned: Int64 = 0, received: Int64 = 0, sent: Int64 = 0, refunded: Int64 = 0,
        spent: Int64 = 0, expired: Int64 = 0, clawedBack: Int64 = 0, overdrawn: Int64 = 0,
        rights: [RightsHolder: Int64] = [:]
    ) {
        self.terms = terms
        self.earned = earned
        self.received = received
        self.sent = sent
        self.refunded = refunded
        self.spent = spent
        self.expired = expired
        self.clawedBack = clawedBack
        self.overdrawn = overdrawn
        self.rights = rights
    }

    /// No sum of a chain's lifetime comes near it.
    package static let amountMax: Int64 = 1_000_000_000_000

    package func right(of holder: RightsHolder) -> Int64 { rights[holder] ?? 0 }

    /// What all holders together may spend.
    package var remaining: Int64 { rights.values.reduce(0, +) }

    package var isConserved: Bool {
        earned + received + refunded + overdrawn == spent + sent + expired + clawedBack + remaining
            && [earned, received, sent, refunded, spent, expired, clawedBack, overdrawn].allSatisfy { $0 >= 0 }
            && rights.values.allSatisfy { $0 > 0 }
    }

    /// Folds one entry and returns what its holder lacked for it.
    ///
    /// Rights are never conjured up: a transfer moves what is there, a refund gives back at most what was spent. What
    /// was spent without right has been handed over the counter all the same, and counts as overdrawn.
    package mutating func apply(_ entry: LedgerEntry) -> Int64 {
        guard (1...Self.amountMax).contains(entry.amount), entry.from != entry.to else { return entry.amount }
        switch entry.kind {
        case .earn: return credit(entry)
        case .adjust where entry.from == nil: return credit(entry)
        case .refund:
            let given = entry.to == nil ? 0 : min(entry.amount, spent - refunded)
            refunded += given
            give(given, to: entry.to)
            return entry.amount - given
        case .spend:
            let taken = take(entry.amount, from: entry.from)
            spent += entry.amount
            overdrawn += entry.amount - taken
            return entry.amount - taken
        case .transfer, .writeoff: return move(entry)
        case .expire: return use(entry, for: \.expired)
        case .clawback, .repayment, .adjust: return use(entry, for: \.clawedBack)
        }
    }

    /// A lot is credited once, whole.
    private mutating func credit(_ entry: LedgerEntry) -> Int64 {
        guard earned == 0, entry.to != nil else { return entry.amount }
        earned = entry.amount
        give(entry.amount, to: entry.to)
        return 0
    }

    private mutating func move(_ entry: LedgerEntry) -> Int64 {
        guard received <= Self.amountMax else { return entry.amount }
        let moved = entry.from == nil ? entry.amount : take(entry.amount, from: entry.from)
        if entry.from == nil { received += moved }
        if entry.to == nil { sent += moved } else { give(moved, to: entry.to) }
        return entry.amount - moved
    }

    private mutating func use(_ entry: LedgerEntry, for total: WritableKeyPath<Lot, Int64>) -> Int64 {
        let taken = take(entry.amount, from: entry.from)
        self[keyPath: total] += taken
        return entry.amount - taken
    }

    private mutating func take(_ amount: Int64, from holder: RightsHolder?) -> Int64 {
        guard let holder else { return 0 }
        let held = right(of: holder)
        let taken = min(held, amount)
        rights[holder] = held == taken ? nil : held - taken
        return taken
    }

    private mutating func give(_ amount: Int64, to holder: RightsHolder?) {
        guard let holder, amount > 0 else { return }
        rights[holder, default: 0] += amount
    }
}

extension LedgerEntry {
    /// The entry as it concerns one holder, who cannot look into the others; nil where it does not.
    package func seen(by holder: RightsHolder) -> LedgerEntry? {
        let (from, to) = (from == holder ? from : nil, to == holder ? to : nil)
        return from == nil && to == nil ? nil : LedgerEntry(kind, lot: lot, from: from, to: to, amount: amount)
    }
}

extension LotTerms {
    /// Soonest expiry first, undated last, then by id: everybody spends in the same order.
    package static func isSpentBefore(_ a: LotTerms, _ b: LotTerms) -> Bool {
        switch (a.expiresOn, b.expiresOn) {
        case (let first?, let second?) where first != second: first < second
        case (.some, nil): true
        case (nil, .some): false
        case _: a.id < b.id
        }
    }
}
