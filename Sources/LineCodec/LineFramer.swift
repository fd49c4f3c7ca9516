/// Cuts a stream of bytes into lines, however the bytes arrive, and refuses a line before it is complete
/// once it passes the limit.
///
/// Remembers how far it has looked, so that a slow drip of bytes is not quadratic.
package struct LineFramer: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private let lineBytesMax: Int

    package init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    /// Bytes received and not yet given out.
    package var pendingBytes: Int { buffer.count - start }

    package mutating func receive(_ bytes: some Sequence<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete line without its LF, or nil until more bytes have come.
    package mutating func nextLine() throws(LineError) -> ArraySlice<UInt8>? {
        if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
            guard end - start <= lineBytesMax else { throw .tooLong(limit: lineBytesMax) }
            defer {
                start = end + 1
                scanned = start
            }
            return buffer[start..<end]
        }
        scanned = buffer.count
        guard buffer.count - start <= lineBytesMax else { throw .tooLong(limit: lineBytesMax) }
        return nil
    }

    /// Exactly `count` bytes that are not a line (a compressed block), or nil until they have come.
    package mutating func nextBlock(ofBytes count: Int) -> ArraySlice<UInt8>? {
        guard pendingBytes >= count else { return nil }
        defer {
            start += count
            scanned = start
        }
        return buffer[start..<(start + count)]
    }
}
