import Digests
import Replication

/// The digest of what lives of one record; equal on every replica that holds the same cells.
///
/// SHA-256 over the record's id and, cell by cell in order: field (2 bytes), element and value (each preceded by its
/// length in 4 bytes), actor (16), sequence (8), effective time (8), authority (1); numbers big-endian.
enum RecordDigest {
    static func of(_ id: RecordID, _ state: RecordState) -> Digest256 {
        let count = state.live.reduce(16) { $0 + cellBytes + $1.slot.element.count + $1.value.count }
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { space in
            var bytes = SpelledBytes(space: space)
            bytes.append(id.value)
            for cell in state.live { bytes.append(cell) }
            return Digest256(of: UnsafeRawBufferPointer(space))
        }
    }

    private static let cellBytes = 2 + 4 + 4 + 16 + 8 + 8 + 1
}

/// Writes into memory that is large enough.
private struct SpelledBytes {
    let space: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(space: UnsafeMutableRawBufferPointer) { self.space = space }

    mutating func append(_ cell: Cell) {
        append(cell.slot.field)
        append(counted: cell.slot.element)
        append(counted: cell.value)
        append(cell.dot.actor.value)
        append(cell.dot.sequence)
        append(cell.time.value)
        append(cell.authority.rawValue)
    }

    mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number) {
        space.storeBytes(of: value.bigEndian, toByteOffset: count, as: Number.self)
        count += MemoryLayout<Number>.size
    }

    private mutating func append(counted bytes: [UInt8]) {
        append(UInt32(truncatingIfNeeded: bytes.count))
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: space[count...]).copyMemory(from: $0) }
        count += bytes.count
    }
}
