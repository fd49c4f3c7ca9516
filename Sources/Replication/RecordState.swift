/// What lives of one record: for every slot the values that no later write has replaced.
///
/// The state is a union of sets (dots known, dots replaced), so applying and joining commute, associate and
/// repeat without effect. One live cell in a slot is a settled value; two are siblings whose clocks are
/// concurrent. After Almeida, Shoker and Baquero, "Delta State Replicated Data Types" (dot kernel).
package struct RecordState: Hashable, Sendable {
    /// Ascending by slot, then dot.
    package private(set) var live: [Cell] = []
    /// Dots replaced before they arrived; ascending. Empty wherever operations come in causal order.
    package private(set) var replacedEarly: [PlacedDot] = []
    /// Cells that an own write without a stamp has replaced: they come back if its verdict is void.
    package private(set) var held: [HeldCell] = []

    package init() {}

    package init(live: [Cell], replacedEarly: [PlacedDot], held: [HeldCell]) {
        self.live = live
        self.replacedEarly = replacedEarly
        self.held = held
    }

    package var isEmpty: Bool { live.isEmpty && replacedEarly.isEmpty && held.isEmpty }

    package func cells(in slot: Slot) -> [Cell] {
        let start = live.partitioningIndex { !($0.slot < slot) }
        return Array(live[start...].prefix { $0.slot == slot })
    }

    /// The cells of one field, all its elements together.
    package func cells(ofField field: UInt16) -> ArraySlice<Cell> {
        let start = live.partitioningIndex { $0.slot.field >= field }
        return live[start...].prefix { $0.slot.field == field }
    }

    package func dots(in slot: Slot) -> [Dot] { cells(in: slot).map(\.dot) }

    /// Applies one operation's writes. `knows` tells whether a dot had arrived before it; the same operation
    /// must not be applied twice (its dot tells).
    ///
    /// - Parameter holding: keep what is replaced until the operation's verdict is known.
    package mutating func apply(_ delta: Delta, holding: Bool = false, knows: (Dot) -> Bool) {
        if live.isEmpty { live.reserveCapacity(delta.writes.count) }
        for write in delta.writes {
            for target in write.replaces {
                replace(target, in: write.slot, by: delta.dot, holding: holding, knows: knows)
            }
            if let value = write.value { insert(delta.cell(write.slot, value)) }
        }
        // It has arrived now, even where it left nothing to replace: the state must not tell in which order.
        if !replacedEarly.isEmpty { replacedEarly.removeAll { $0.dot == delta.dot } }
    }

    /// The hub has judged an own operation: what it replaced is gone for good, or, void, comes back.
    package mutating func settle(_ dot: Dot, effectiveTime: HybridTime, isVoid: Bool) {
        if isVoid {
            live.removeAll { $0.dot == dot }
            let restored = held.filter { $0.replacedBy == dot }
            held.removeAll { $0.replacedBy == dot || $0.cell.dot == dot }
            for item in restored { insert(item.cell) }
        } else {
            held.removeAll { $0.replacedBy == dot }
            for index in live.indices where live[index].dot == dot { live[index].time = effectiveTime }
            for index in held.indices where held[index].cell.dot == dot { held[index].cell.time = effectiveTime }
        }
    }

    /// The union of two replicas' knowledge of a record: a cell survives unless the other side knows its dot
    /// and no longer has it. What is held for a verdict is each replica's own business and is left out.
    package static func join(
        _ a: RecordState, knowing aKnows: VersionVector, _ b: RecordState, knowing bKnows: VersionVector
    ) -> RecordState {
        var joined = RecordState()
        for cell in a.live {
            if let other = b.liveIndex(of: cell.placed).map({ b.live[$0] }) {
                // A stamped time is never later than the author's own: the earlier one is what the hub said.
                joined.insert(other.time < cell.time ? other : cell)
            } else if !b.accounts(for: cell, knowing: bKnows) {
                joined.insert(cell)
            }
        }
        for cell in b.live where !a.accounts(for: cell, knowing: aKnows) { joined.insert(cell) }
        let early = Set(a.replacedEarly).union(b.replacedEarly)
        joined.replacedEarly = early.filter { !aKnows.contains($0.dot) && !bKnows.contains($0.dot) }.sorted()
        return joined
    }

    private func accounts(for cell: Cell, knowing vector: VersionVector) -> Bool {
        vector.contains(cell.dot) || replacedEarly.contains(cell.placed)
    }

    private mutating func replace(
        _ target: Dot, in slot: Slot, by dot: Dot, holding: Bool, knows: (Dot) -> Bool
    ) {
        if let index = liveIndex(of: PlacedDot(slot: slot, dot: target)) {
            let cell = live.remove(at: index)
            if holding { held.append(HeldCell(cell: cell, replacedBy: dot)) }
        } else if let index = held.firstIndex(where: { $0.cell.slot == slot && $0.cell.dot == target }) {
            if !holding { held.remove(at: index) }
        } else if !knows(target) {
            let placed = PlacedDot(slot: slot, dot: target)
            let place = replacedEarly.partitioningIndex { !($0 < placed) }
            guard place == replacedEarly.endIndex || replacedEarly[place] != placed else { return }
            replacedEarly.insert(placed, at: place)
        }
    }

    private mutating func insert(_ cell: Cell) {
        guard replacedEarly.isEmpty || !replacedEarly.contains(cell.placed) else { return }
        if live.isEmpty || live[live.endIndex - 1].slot < cell.slot { return live.append(cell) }
        let place = place(of: cell.placed)
        guard place == live.endIndex || live[place].placed != cell.placed else { return }
        live.insert(cell, at: place)
    }

    private func place(of placed: PlacedDot) -> Int { live.partitioningIndex { !($0.placed < placed) } }

    private func liveIndex(of placed: PlacedDot) -> Int? {
        let place = place(of: placed)
        return place < live.endIndex && live[place].placed == placed ? place : nil
    }
}

/// A place for a value: a field, or one element of a field that is a set.
package struct Slot: Hashable, Comparable, Sendable {
    package let field: UInt16
    /// Empty for a register.
    package let element: [UInt8]

    package init(field: UInt16, element: [UInt8] = []) {
        self.field = field
        self.element = element
    }

    package static func < (a: Self, b: Self) -> Bool {
        a.field != b.field ? a.field < b.field : a.element.lexicographicallyPrecedes(b.element)
    }
}

/// The unit of liveness within a record: which slot, written by which operation.
package struct PlacedDot: Hashable, Comparable, Sendable {
    package let slot: Slot
    package let dot: Dot

    package init(slot: Slot, dot: Dot) {
        self.slot = slot
        self.dot = dot
    }

    package static func < (a: Self, b: Self) -> Bool {
        a.slot != b.slot ? a.slot < b.slot : a.dot < b.dot
    }
}

/// One live value of a slot.
package struct Cell: Hashable, Sendable {
    package let slot: Slot
    package let dot: Dot
    /// The author's time until the hub has stamped the operation, then the effective time.
    package var time: HybridTime
    package let authority: Authority
    package let value: [UInt8]

    package init(slot: Slot, dot: Dot, time: HybridTime, authority: Authority, value: [UInt8]) {
        self.slot = slot
        self.dot = dot
        self.time = time
        self.authority = authority
        self.value = value
    }

    var placed: PlacedDot { PlacedDot(slot: slot, dot: dot) }

    /// A total order among siblings; the greatest is shown. Equal on every replica once all are stamped.
    package static func isShownAfter(_ a: Cell, _ b: Cell) -> Bool {
        (a.authority.rawValue, a.time, a.dot) < (b.authority.rawValue, b.time, b.dot)
    }
}

package struct HeldCell: Hashable, Sendable {
    package var cell: Cell
    package let replacedBy: Dot

    package init(cell: Cell, replacedBy: Dot) {
        self.cell = cell
        self.replacedBy = replacedBy
    }
}

/// Whose word weighs more where two values stand beside each other.
package enum Authority: UInt8, Sendable {
    case shop = 0
    case headquarters = 1
}

/// A value for a slot, or none (an element taken out of a set), and the dots that it replaces: those its author saw.
package struct Write: Hashable, Sendable {
    package let slot: Slot
    package let value: [UInt8]?
    package let replaces: [Dot]

    package init(slot: Slot, value: [UInt8]?, replaces: [Dot]) {
        self.slot = slot
        self.value = value
        self.replaces = replaces
    }
}

/// What one operation does to one record.
package struct Delta: Hashable, Sendable {
    package let dot: Dot
    package let time: HybridTime
    package let authority: Authority
    package let writes: [Write]

    package init(dot: Dot, time: HybridTime, authority: Authority, writes: [Write]) {
        self.dot = dot
        self.time = time
        self.authority = authority
        self.writes = writes
    }

    func cell(_ slot: Slot, _ value: [UInt8]) -> Cell {
        Cell(slot: slot, dot: dot, time: time, authority: authority, value: value)
    }
}

extension Array {
    /// The first index whose element is beyond the boundary; what is beyond it must stand behind what is not.
    func partitioningIndex(where isBeyond: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
