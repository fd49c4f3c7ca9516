package import NIOCore
import SyncProtocol
import Synchronization

/// What every line of a process shares.
package struct TransportSettings: Sendable {
    let group: any EventLoopGroup
    let numbers: ConnectionNumbers
    let limits: TransportLimits
    let nowSeconds: @Sendable () -> Int64
    let deliver: @Sendable (TransportEvent) -> Void

    /// - Parameters:
    ///   - nowSeconds: since 1970; asked when a certificate is checked.
    ///   - deliver: called on the group's threads; must only take note and return.
    package init(
        group: any EventLoopGroup, numbers: ConnectionNumbers, limits: TransportLimits = TransportLimits(),
        nowSeconds: @escaping @Sendable () -> Int64, deliver: @escaping @Sendable (TransportEvent) -> Void
    ) {
        self.group = group
        self.numbers = numbers
        self.limits = limits
        self.nowSeconds = nowSeconds
        self.deliver = deliver
    }
}

/// Numbers connections from 1 on. Share one among all listeners and connectors that deliver to one owner.
package final class ConnectionNumbers: Sendable {
    private let last = Mutex<UInt64>(0)

    package init() {}

    func next() -> ConnectionID {
        last.withLock {
            $0 += 1
            return ConnectionID($0)
        }
    }
}

package struct TransportLimits: Sendable {
    /// Ten thousand nodes, and some that come back before their old line is known to be dead.
    package var connectionsMax = 12_000
    /// Nobody may hold a place without having shown a certificate.
    package var handshakeSeconds: Int64 = 10
    package var connectSeconds: Int64 = 10
    /// A closing line is cut once nothing of it has moved for this long …
    package var stallSeconds: Int64 = 10
    /// … and at the latest after this: a peer that takes a byte now and then holds no line for ever.
    package var closeSecondsMax: Int64 = 60
    /// A line holds no more unsent bytes than this before `isWritable` turns false …
    package var unsentBytesMax = 1 << 20
    /// … and it turns true again here.
    package var unsentBytesLow = 256 << 10
    /// Sends that the line's thread has not yet taken up; beyond this `isWritable` is false, too.
    package var unsentMessagesMax = 8_192
    /// What fits into one packet gains nothing on the way, and would wait for deflate at both ends.
    package var deflatedFromBytes = 1_200

    package init() {}
}

/// Bytes of lines and blocks, before TLS; not those that came after a bad line.
package struct Traffic: Equatable, Sendable {
    package var receivedBytes: UInt64 = 0
    package var sentBytes: UInt64 = 0
}
