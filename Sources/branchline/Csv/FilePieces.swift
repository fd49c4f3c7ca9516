import CZlib
import Glibc

/// A file's bytes in pieces; a gzip file's are inflated on the way, whatever its name.
final class FilePieces {
    static let pieceBytesMax = 256 << 10

    private let path: String
    private let descriptor: Int32
    private var inflater: GzipInflater?
    private var isBeginning = true

    /// - Throws: `Complaint` where the file cannot be opened.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.complaint(path, errno) }
    }

    deinit { close(descriptor) }

    /// Nil at the end; a piece may be empty before it.
    ///
    /// - Throws: `Complaint` for what cannot be read, or is cut short.
    func next() throws -> [UInt8]? {
        let piece = try read()
        if isBeginning {
            isBeginning = false
            if piece.starts(with: GzipInflater.magic) { inflater = GzipInflater() }
        }
        guard let inflater else { return piece.isEmpty ? nil : piece }
        if piece.isEmpty {
            guard inflater.isBetweenMembers else {
                throw Complaint(code: Failure.inputCode, words: "\(path) is cut short: copy it again")
            }
            return nil
        }
        guard let inflated = inflater.inflate(piece) else {
            throw Complaint(code: Failure.inputCode, words: "\(path) is damaged: its compression cannot be undone")
        }
        return inflated
    }

    private func read() throws -> [UInt8] {
        var code: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytesMax) { space, count in
            let read = Glibc.read(descriptor, space.baseAddress, Self.pieceBytesMax)
            if read < 0 { code = errno }
            count = max(0, read)
        }
        guard code == 0 else { throw Self.complaint(path, code) }
        return piece
    }

    private static func complaint(_ path: String, _ code: Int32) -> Complaint {
        Complaint(
            code: code == ENOENT ? Failure.notFoundCode : Failure.diskCode,
            words: "\(path): \(String(cString: strerror(code)))")
    }
}

/// Gzip (RFC 1952), any number of members one after another.
final class GzipInflater {
    static let magic: [UInt8] = [0x1f, 0x8b]
    private static let gzipWindowBits: Int32 = 15 + 16

    /// On the heap: the library keeps its address.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let isReady: Bool
    /// True where the input may end.
    private(set) var isBetweenMembers = true

    init() {
        stream.initialize(to: z_stream())
        isReady =
            inflateInit2_(stream, Self.gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Nil for bytes that are not gzip.
    func inflate(_ bytes: [UInt8]) -> [UInt8]? {
        guard isReady else { return nil }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { source in
            stream.pointee.next_in = source.baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            var output: [UInt8] = []
            repeat {
                guard let part = step() else { return nil }
                output += part
            } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
            return output
        }
    }

    private func step() -> [UInt8]? {
        var code = Z_OK
        let part = [UInt8](unsafeUninitializedCapacity: FilePieces.pieceBytesMax) { space, count in
            stream.pointee.next_out = space.baseAddress
            stream.pointee.avail_out = UInt32(FilePieces.pieceBytesMax)
            code = CZlib.inflate(stream, Z_NO_FLUSH)
            count = FilePieces.pieceBytesMax - Int(stream.pointee.avail_out)
        }
        switch code {
        case Z_OK: isBetweenMembers = false
        case Z_BUF_ERROR: break
        case Z_STREAM_END:
            isBetweenMembers = true
            inflateReset(stream)
        case _: return nil
        }
        return part
    }
}
