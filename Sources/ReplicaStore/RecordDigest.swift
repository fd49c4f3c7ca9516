import Digests
import Replication

/// The digest of what lives of one record; equal on every replica that holds the same cells.
///
/// SHA-256 over the record's id and, cell by cell in order: field (2 bytes), element and value (each preceded by its
/// length in 4 bytes), actor (16), sequence (8), effective time (8), authority (1); numbers big-endian.
enum RecordDigest {
    static func of(_ id: RecordID, _ state: RecordState) -> Digest256 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64 + state.live.count * 64)
        bytes.append(contentsOf: id.value.bigEndianBytes)
        for cell in state.live {
            append(cell.slot.field, to: &bytes)
            append(UInt32(truncatingIfNeeded: cell.slot.element.count), to: &bytes)
            bytes.append(contentsOf: cell.slot.element)
            append(UInt32(truncatingIfNeeded: cell.value.count), to: &bytes)
            bytes.append(contentsOf: cell.value)
            bytes.append(contentsOf: cell.dot.actor.value.bigEndianBytes)
            append(cell.dot.sequence, to: &bytes)
            append(cell.time.value, to: &bytes)
            bytes.append(cell.authority.rawValue)
        }
        return Digest256(of: bytes)
    }

    static func bucket(of id: RecordID) -> Int { Int(id.value & 0xff) }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
