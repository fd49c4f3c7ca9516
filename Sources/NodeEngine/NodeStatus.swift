package import SyncProtocol

/// Is my data safe, is it current, what is waiting?
package struct NodeStatus: Equatable, Sendable {
    package let node: UInt32
    package let branchCode: String
    package let branchName: String
    package let chainName: String
    package let isConnected: Bool
    package let connectedSinceMilliseconds: UInt64?
    package let lastHeardMilliseconds: UInt64?
    /// Why the hub sent this node away, where it did.
    package let refusal: String?
    /// Why the hub could not be reached at the last attempt; nil while connected.
    package let failure: String?
    /// True once this node has followed the hub's log at all.
    package let hasEverConnected: Bool
    /// How much of the database has come that this node begins with; nil where none is coming.
    package let imagePercent: Int?
    /// Own operations that the hub is not known to hold.
    package let waitingOperations: UInt64
    package let waitingSinceMilliseconds: UInt64?
    /// The last position of the hub's log that is applied here, and the last that is known to exist.
    package let appliedPosition: UInt64
    package let hubPosition: UInt64?
    /// When this replica was last compared with the hub and found equal.
    package let auditedThrough: UInt64?
    package let auditedAtMilliseconds: UInt64?
    package let clockAheadMilliseconds: Int64?
    package let incidents: Int64
    package let digest: UInt128
}

/// What an operator may want to read afterwards. Holds no personal values.
package enum NodeNotice: Equatable, Sendable {
    case connected
    case disconnected
    case connectFailed(String)
    case refused(ErrorCode, String)
    case malformedLine(String)
    case forked
    case digestMismatch(at: UInt64)
    case diskFull
    case imageOffered(at: UInt64, bytes: UInt64)
    case imageTaken(at: UInt64)
    case imageRefused(String)
    case command(String)
}
