package import LineCodec
package import SyncProtocol

/// What the lines tell their owner, in order for each connection.
package enum TransportEvent: Sendable {
    case opened(LineConnection, Peer, remoteAddress: String)
    /// All that came in one read.
    case received(ConnectionID, [Message])
    /// Nothing more is read. Answer and close: soon after, the line is cut anyway.
    case malformed(ConnectionID, LineError)
    /// `isWritable` was false and is true again.
    case drained(ConnectionID)
    /// The last event of every opened connection.
    case closed(ConnectionID)
    /// A connection that was not let in; or, after `opened`, the peer's word that it does not let us in.
    case refused(Refusal, remoteAddress: String)
    /// A call of `LineConnector` that came to nothing: its first and last event.
    case failed(ConnectionID, ConnectionFailure)
}

package enum ConnectionFailure: Error, Equatable, Sendable {
    case timedOut
    /// Nobody listens there, no such host, no way to it: the system's words.
    case unreachable(String)
    case refused(Refusal)
    case transport(TransportError)
}
