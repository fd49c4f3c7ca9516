import CZlib

/// Raw deflate (RFC 1951), one self-contained block at a time.
enum Deflate {
    /// The first level that looks on for a longer match, and none that is not worth its distance: lines are half
    /// repetition, half chance. 38.7 bytes an update instead of 45.6 at the greatest speed, for a microsecond more.
    private static let level: Int32 = 4
    private static let strategy = Z_FILTERED
    private static let rawWindowBits: Int32 = -15
    private static let memoryLevel: Int32 = 8

    /// Nil unless the result is shorter than `bytes`.
    static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let version = ZLIB_VERSION
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, rawWindowBits, memoryLevel, strategy, version, size) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        return run(&stream, over: bytes, outputBytesMax: max(bytes.count - 1, 0)) { CZlib.deflate($0, Z_FINISH) }
    }

    /// Nil for bytes that are not one whole block, or that grow beyond the limit, which is noticed at the limit.
    static func inflated(_ bytes: [UInt8], bytesMax: Int) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, rawWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        let result = run(&stream, over: bytes, outputBytesMax: bytesMax) { CZlib.inflate($0, Z_FINISH) }
        return stream.avail_in == 0 ? result : nil
    }

    private static func run(
        _ stream: inout z_stream, over input: [UInt8], outputBytesMax: Int,
        _ step: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> [UInt8]? {
        var input = input
        var isWhole = false
        let output = [UInt8](unsafeUninitializedCapacity: outputBytesMax) { space, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = space.baseAddress
                stream.avail_out = UInt32(outputBytesMax)
                isWhole = step(&stream) == Z_STREAM_END
                count = outputBytesMax - Int(stream.avail_out)
            }
        }
        return isWhole ? output : nil
    }
}
