package import Replication

/// Who is at the other end, as its certificate proves; never what it says of itself.
package enum Peer: Hashable, Sendable {
    /// A self-signed certificate on a new key (DER SubjectPublicKeyInfo). May say only JOIN.
    case newcomer(publicKey: [UInt8])
    /// A certificate of this chain, in date. The serial is lower-case hexadecimal.
    case node(NodeID, serial: String)
    /// A certificate of this chain that has run out. May say only RENEW.
    case expired(NodeID, serial: String)
    /// The hub, as a node sees it.
    case hub
    /// Whoever may open the control socket.
    case administrator
}

/// One line between two processes, numbered by the side that names it.
package struct ConnectionID: Hashable, Comparable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}
