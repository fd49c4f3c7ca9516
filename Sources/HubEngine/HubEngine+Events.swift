package import Digests
package import ReplicaStore
package import Replication
package import SyncProtocol

/// What the hub hears, and what it wants done.
extension HubEngine {
    package enum Event: Sendable {
        case connected(ConnectionID, Peer)
        case received(ConnectionID, [Message])
        case malformed(ConnectionID, String)
        case disconnected(ConnectionID)
        /// The certificates asked for with `issueCertificate`, both PEM.
        case issued(ConnectionID, certificate: String, authority: String)
        /// The image asked for with `makeImage`; nil where none could be made.
        case imageMade(ReplicaImage?)
        /// No more events are waiting.
        case flush
        /// To come about once a second.
        case tick
    }

    package enum Action: Equatable, Sendable {
        case send(ConnectionID, [Message])
        /// From now on, what is sent may be deflated.
        case deflate(ConnectionID)
        /// Close once everything has been sent.
        case close(ConnectionID)
        /// Answer with `issued`.
        case issueCertificate(ConnectionID, NodeID, publicKey: [UInt8])
        /// Beside everything else, from a reader of its own. Answer with `imageMade`.
        case makeImage
        /// Send a piece of an image that was made, behind whatever else is waiting on this line.
        case sendChunk(ConnectionID, of: Digest256, offset: UInt64, count: Int)
        /// All other images will not be asked for any more.
        case keepImages(Set<Digest256>)
        /// Come back with `flush` after so long, whatever happens before: a till waits that long and no longer.
        case wakeAfter(milliseconds: UInt64)
        case log(HubNotice)
    }
}
