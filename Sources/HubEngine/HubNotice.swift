package import Replication
package import SyncProtocol

/// What an operator may want to read afterwards. Holds no personal values.
package enum HubNotice: Equatable, Sendable {
    case admitted(NodeID, behind: UInt64)
    case left(NodeID)
    case refused(NodeID?, ErrorCode, String)
    case malformedLine(NodeID?, String)
    case enrolled(NodeID, branchCode: String)
    case renewed(NodeID)
    case judged(Dot, Verdict)
    case forked(NodeID, ActorID)
    case command(String)
    case diskFull
    case imageMade(at: UInt64, bytes: UInt64)
    case imageFailed
}
