import Replication

/// Packs a record's clocks into one value: live dots grouped by operation, values only where the row's columns do
/// not show them. Actors are this file's small numbers, private to it.
struct ClockPacking {
    let key: (ActorID) throws -> Int64
    let actor: (Int64) throws -> ActorID

    private static let version: UInt8 = 1
    private static let usualCells = 16

    /// - Parameter isShown: whether the row's own column holds the value of the live cell at an index.
    func pack(_ state: RecordState, isShown: (Int) -> Bool) throws -> [UInt8] {
        var bytes = PackedWriter()
        bytes.byte(Self.version)
        let groups = Groups(of: state.live)
        bytes.number(UInt64(groups.firsts.count))
        for (number, first) in groups.firsts.enumerated() {
            try pack(origin: state.live[first], into: &bytes)
            bytes.number(UInt64(groups.counts[number]))
            for index in state.live.indices where groups.numbers[index] == number {
                pack(state.live[index], isShown: isShown(index), into: &bytes)
            }
        }
        bytes.number(UInt64(state.replacedEarly.count))
        for early in state.replacedEarly {
            pack(early.slot, into: &bytes)
            try pack(early.dot, into: &bytes)
        }
        bytes.number(UInt64(state.held.count))
        for held in state.held {
            try pack(origin: held.cell, into: &bytes)
            pack(held.cell, isShown: false, into: &bytes)
            try pack(held.replacedBy, into: &bytes)
        }
        return bytes.bytes
    }

    /// - Parameter shown: the value in the row's column for a slot.
    func unpack(_ packed: [UInt8], shown: (Slot) throws -> [UInt8]) throws -> RecordState {
        var bytes = PackedReader(packed)
        guard try bytes.byte() == Self.version else { throw StoreError.damaged("unknown packing of clocks") }
        var live: [Cell] = []
        live.reserveCapacity(Self.usualCells)
        let groups = try bytes.number()
        for _ in 0..<groups {
            let origin = try origin(from: &bytes)
            for _ in 0..<(try bytes.number()) { live.append(try cell(origin, from: &bytes, shown: shown)) }
        }
        // Within a group the cells stand in their order already.
        if groups > 1 { live.sort(by: Self.isBefore) }
        var early: [PlacedDot] = []
        for _ in 0..<(try bytes.number()) {
            early.append(PlacedDot(slot: try slot(from: &bytes), dot: try dot(from: &bytes)))
        }
        var held: [HeldCell] = []
        for _ in 0..<(try bytes.number()) {
            let cell = try cell(try origin(from: &bytes), from: &bytes, shown: shown)
            held.append(HeldCell(cell: cell, replacedBy: try dot(from: &bytes)))
        }
        return RecordState(live: live, replacedEarly: early, held: held)
    }

    private static func isBefore(_ a: Cell, _ b: Cell) -> Bool {
        guard a.slot.field == b.slot.field else { return a.slot.field < b.slot.field }
        return PlacedDot(slot: a.slot, dot: a.dot) < PlacedDot(slot: b.slot, dot: b.dot)
    }

    private typealias Origin = (dot: Dot, time: HybridTime, authority: Authority)

    /// Which cells were written by the same operation. They are few: they are looked for one by one.
    private struct Groups {
        /// For every cell the number of its group.
        private(set) var numbers: [Int] = []
        /// For every group the index of its first cell.
        private(set) var firsts: [Int] = []
        private(set) var counts: [Int] = []

        init(of cells: [Cell]) {
            numbers.reserveCapacity(cells.count)
            for index in cells.indices {
                let number = firsts.firstIndex {
                    cells[$0].dot == cells[index].dot && cells[$0].time == cells[index].time
                }
                if let number {
                    counts[number] += 1
                } else {
                    firsts.append(index)
                    counts.append(1)
                }
                numbers.append(number ?? firsts.count - 1)
            }
        }
    }

    private func pack(origin cell: Cell, into bytes: inout PackedWriter) throws {
        try pack(cell.dot, into: &bytes)
        bytes.number(cell.time.value)
        bytes.byte(cell.authority.rawValue)
    }

    private func pack(_ dot: Dot, into bytes: inout PackedWriter) throws {
        bytes.number(UInt64(bitPattern: try key(dot.actor)))
        bytes.number(dot.sequence)
    }

    private func pack(_ slot: Slot, into bytes: inout PackedWriter) {
        bytes.number(UInt64(slot.field))
        bytes.counted(slot.element)
    }

    private func pack(_ cell: Cell, isShown: Bool, into bytes: inout PackedWriter) {
        pack(cell.slot, into: &bytes)
        bytes.byte(isShown ? 0 : 1)
        if !isShown { bytes.counted(cell.value) }
    }

    private func origin(from bytes: inout PackedReader) throws -> Origin {
        let dot = try dot(from: &bytes)
        let time = HybridTime(try bytes.number())
        guard let authority = Authority(rawValue: try bytes.byte()) else { throw StoreError.damaged("authority") }
        return (dot, time, authority)
    }

    private func dot(from bytes: inout PackedReader) throws -> Dot {
        Dot(try actor(Int64(bitPattern: try bytes.number())), try bytes.number())
    }

    private func slot(from bytes: inout PackedReader) throws -> Slot {
        guard let field = UInt16(exactly: try bytes.number()) else { throw StoreError.damaged("field") }
        return Slot(field: field, element: try bytes.counted())
    }

    private func cell(
        _ origin: Origin, from bytes: inout PackedReader, shown: (Slot) throws -> [UInt8]
    ) throws -> Cell {
        let slot = try slot(from: &bytes)
        let value = try bytes.byte() == 0 ? try shown(slot) : try bytes.counted()
        return Cell(slot: slot, dot: origin.dot, time: origin.time, authority: origin.authority, value: value)
    }
}

/// Bytes and variable-length numbers (LEB128).
struct PackedWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(128) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func counted(_ value: [UInt8]) {
        number(UInt64(value.count))
        bytes.append(contentsOf: value)
    }
}

struct PackedReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws -> UInt8 {
        guard position < bytes.count else { throw StoreError.damaged("packed value is cut short") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 64 else { throw StoreError.damaged("packed number is too long") }
            value |= UInt64(byte & 0x7f) << shift
            guard byte & 0x80 != 0 else { return value }
            shift += 7
        }
    }

    mutating func counted() throws -> [UInt8] {
        let count = try number()
        guard count > 0 else { return [] }
        guard count <= UInt64(bytes.count - position) else { throw StoreError.damaged("packed value is cut short") }
        defer { position += Int(count) }
        return Array(bytes[position..<(position + Int(count))])
    }
}
