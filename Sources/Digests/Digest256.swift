internal import Crypto

/// A SHA-256 value.
package struct Digest256: Hashable, Sendable {
    /// The first 128 bits, big-endian.
    package let prefix128: UInt128
    private let suffix128: UInt128

    /// Nil unless there are exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount else { return nil }
        self = bytes.withUnsafeBytes { Self(space: $0) }
    }

    package init(of content: [UInt8]) { self = content.withUnsafeBytes { Self(of: $0) } }

    package init(of content: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(bufferPointer: content)
        self = Digest256(hash.finalize())
    }

    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.bytesCount) { space, count in
            withBytes {
                count = UnsafeMutableRawBufferPointer(space).initializeMemory(as: UInt8.self, from: $0).1.count
            }
        }
    }

    init(_ digest: SHA256Digest) { self = digest.withUnsafeBytes { Self(space: $0) } }

    static let bytesCount = 32
    static let zero = Digest256(prefix128: 0, suffix128: 0)

    /// - Parameter space: 32 bytes.
    private init(space: UnsafeRawBufferPointer) {
        prefix128 = UInt128(bigEndian: space.loadUnaligned(as: UInt128.self))
        suffix128 = UInt128(bigEndian: space.loadUnaligned(fromByteOffset: 16, as: UInt128.self))
    }

    private init(prefix128: UInt128, suffix128: UInt128) {
        self.prefix128 = prefix128
        self.suffix128 = suffix128
    }

    fileprivate func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (prefix128.bigEndian, suffix128.bigEndian), body)
    }
}

/// SHA-256 over parts that need not be joined before.
struct DigestParts {
    private var hash = SHA256()

    mutating func append(_ content: [UInt8]) { content.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    mutating func append(_ digest: Digest256) { digest.withBytes { hash.update(bufferPointer: $0) } }
    func finish() -> Digest256 { Digest256(hash.finalize()) }
}
