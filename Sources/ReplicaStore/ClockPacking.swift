import Replication

/// Packs a record's clocks into one value: live dots grouped by operation, a bit for each field that the row's column
/// shows, values for the others. Actors are this file's small numbers, private to it.
struct ClockPacking {
    let key: (ActorID) throws -> Int64
    let actor: (Int64) throws -> ActorID

    private static let version: UInt8 = 2
    /// Named every cell, where fields that are shown have a bit now.
    private static let versionOfCells: UInt8 = 1
    private static let usualCells = 16

    /// - Parameter isShown: whether the row's own column holds the value of the live cell at an index.
    func pack(_ state: RecordState, isShown: (Int) -> Bool) throws -> [UInt8] {
        var bytes = PackedWriter()
        bytes.byte(Self.version)
        let groups = Groups(of: state.live, isShown: isShown)
        bytes.number(UInt64(groups.firsts.count))
        for (number, first) in groups.firsts.enumerated() {
            try pack(origin: state.live[first], into: &bytes)
            bytes.number(groups.shown[number])
            bytes.number(UInt64(groups.others[number]))
            guard groups.others[number] > 0 else { continue }
            for index in state.live.indices where groups.numbers[index] == number {
                let isShown = isShown(index)
                guard !isShown || Self.bit(state.live[index].slot) == 0 else { continue }
                pack(state.live[index], isShown: isShown, into: &bytes)
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
        let version = try bytes.byte()
        guard version == Self.version || version == Self.versionOfCells else {
            throw StoreError.damaged("unknown packing of clocks")
        }
        var live: [Cell] = []
        live.reserveCapacity(Self.usualCells)
        var isInOrder = true
        for group in 0..<(try bytes.number()) {
            let origin = try origin(from: &bytes)
            var fields = version == Self.version ? try bytes.number() : 0
            let areSomeShown = fields != 0
            while fields != 0 {
                let slot = Slot(field: UInt16(fields.trailingZeroBitCount))
                live.append(origin.cell(slot, try shown(slot)))
                fields &= fields - 1
            }
            let others = try bytes.number()
            for _ in 0..<others { live.append(try cell(origin, from: &bytes, shown: shown)) }
            if group > 0 || (areSomeShown && others > 0) { isInOrder = false }
        }
        if !isInOrder { live.sort(by: Self.isBefore) }
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

    /// The bit of a register's field; none for an element of a set.
    fileprivate static func bit(_ slot: Slot) -> UInt64 {
        slot.element.isEmpty && slot.field < UInt64.bitWidth ? 1 << UInt64(slot.field) : 0
    }

    private struct Origin {
        let dot: Dot
        let time: HybridTime
        let authority: Authority

        func cell(_ slot: Slot, _ value: [UInt8]) -> Cell {
            Cell(slot: slot, dot: dot, time: time, authority: authority, value: value)
        }
    }

    /// Which cells were written by the same operation. They are few: they are looked for one by one.
    private struct Groups {
        /// For every cell the number of its group.
        private(set) var numbers: [Int] = []
        /// For every group the index of its first cell.
        private(set) var firsts: [Int] = []
        /// For every group the bits of the fields whose columns show its cells, and how many other cells it has.
        private(set) var shown: [UInt64] = []
        private(set) var others: [Int] = []

        init(of cells: [Cell], isShown: (Int) -> Bool) {
            numbers.reserveCapacity(cells.count)
            for index in cells.indices {
                let number = number(of: index, in: cells)
                let bit = isShown(index) ? ClockPacking.bit(cells[index].slot) : 0
                shown[number] |= bit
                if bit == 0 { others[number] += 1 }
                numbers.append(number)
            }
        }

        private mutating func number(of index: Int, in cells: [Cell]) -> Int {
            let known = firsts.firstIndex {
                cells[$0].dot == cells[index].dot && cells[$0].time == cells[index].time
            }
            if let known { return known }
            firsts.append(index)
            shown.append(0)
            others.append(0)
            return firsts.count - 1
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
        return Origin(dot: dot, time: time, authority: authority)
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
        return origin.cell(slot, try bytes.byte() == 0 ? try shown(slot) : try bytes.counted())
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
