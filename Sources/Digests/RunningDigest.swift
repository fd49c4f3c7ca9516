internal import Crypto

/// SHA-256 over bytes that come one part after the other.
package struct RunningDigest: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func append(_ bytes: some Collection<UInt8>) {
        let isWhole: Void? = bytes.withContiguousStorageIfAvailable {
            hash.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if isWhole == nil { hash.update(data: Array(bytes)) }
    }

    /// Over everything up to now.
    package var value: Digest256 { Digest256(hash.finalize()) }
}
