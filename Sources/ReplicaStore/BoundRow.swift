import GRDBSQLite

/// What is bound to a statement's parameters, and where its text and blobs stand until the next row's come: to have
/// SQLite copy each costs an allocation each.
struct BoundRow: ~Copyable {
    /// How many parameters have their value.
    private(set) var count: Int32 = 0
    /// What binding has met with first, kept until the row is complete.
    private(set) var fault = SQLITE_OK
    private var space = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bytesMin, alignment: 16)
    private var used = 0
    /// Spaces that were too small, to which SQLite may still point.
    private var outgrown: [UnsafeMutableRawBufferPointer] = []

    private static let bytesMin = 512

    init() {}

    deinit {
        space.deallocate()
        for space in outgrown { space.deallocate() }
    }

    /// What was bound before is so no more.
    mutating func clear() {
        (count, fault, used) = (0, SQLITE_OK, 0)
        guard !outgrown.isEmpty else { return }
        for space in outgrown { space.deallocate() }
        outgrown = []
    }

    /// The next parameter's number.
    mutating func next() -> Int32 {
        count += 1
        return count
    }

    mutating func note(_ code: Int32) { if fault == SQLITE_OK { fault = code } }

    /// - Returns: where the copy stands until `clear`.
    mutating func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer? {
        if space.count - used < bytes.count { grow(by: bytes.count) }
        guard let start = space.baseAddress?.advanced(by: used) else { return nil }
        if let source = bytes.baseAddress { start.copyMemory(from: source, byteCount: bytes.count) }
        used += bytes.count
        return start
    }

    private mutating func grow(by count: Int) {
        outgrown.append(space)
        space = .allocate(byteCount: 2 * (space.count + count), alignment: 16)
        used = 0
    }
}
