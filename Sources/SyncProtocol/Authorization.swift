package import Replication

/// What a node asks rights for: the hub hands them over, or says why not.
///
/// Minted and kept by the node before it is sent; asked again under the same identifier, the answer is the same.
package struct AuthorizationRequest: Equatable, Sendable {
    package let id: UInt128
    /// The sale that it is for; zero if there is none yet.
    package let sale: UInt128
    package let subject: Subject
    /// Above zero.
    package let amount: UInt64

    package enum Subject: Equatable, Sendable {
        /// Rights in any lots of one wallet; its name is a code.
        case wallet(member: RecordID, wallet: String)
        /// Rights in one lot: a coupon, for example.
        case lot(RecordID)
    }

    package init(id: UInt128, sale: UInt128, subject: Subject, amount: UInt64) {
        self.id = id
        self.sale = sale
        self.subject = subject
        self.amount = amount
    }
}

/// The hub's transfer of rights to this node, ahead of the log, which will bring it again.
package struct Grant: Equatable, Sendable {
    package let authorization: UInt128
    package let entry: LogEntry

    package init(authorization: UInt128, entry: LogEntry) {
        self.authorization = authorization
        self.entry = entry
    }
}

/// Final: a new attempt is a new authorization.
package struct Denial: Equatable, Sendable {
    package let authorization: UInt128
    package let code: DenialCode
    /// What could be had at the most now, without what the node holds itself.
    package let available: UInt64
    /// At most `Limits.denialHoldersMax`.
    package let held: [HeldElsewhere]

    package init(authorization: UInt128, code: DenialCode, available: UInt64, held: [HeldElsewhere]) {
        self.authorization = authorization
        self.code = code
        self.available = available
        self.held = held
    }
}

package enum DenialCode: String, CaseIterable, Sendable {
    /// There is not so much, or other branches that cannot be reached hold it.
    case insufficient
    /// The hub knows no such member, wallet or lot.
    case unknown
    /// The member, the lot or the hub's own rights are frozen.
    case frozen
    /// The lot has been spent.
    case spent
    case expired
    /// The chain's rules do not allow it here and now.
    case policy
    /// This authorization was denied before, and the hub no longer knows why.
    case deniedBefore = "denied_before"
}

/// Rights that another branch holds.
package struct HeldElsewhere: Equatable, Sendable {
    package let branchCode: String
    package let amount: UInt64
    /// Whether the hub could ask that branch for them now.
    package let isConnected: Bool

    package init(branchCode: String, amount: UInt64, isConnected: Bool) {
        self.branchCode = branchCode
        self.amount = amount
        self.isConnected = isConnected
    }
}
