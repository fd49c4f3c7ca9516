import Replication
import TestSupport
import Testing

@testable import ReplicaStore

@Suite struct ClockPackingTests {
    private let packing = ClockPacking(
        key: { Int64($0.value) }, actor: { ActorID(UInt128(UInt64(bitPattern: $0))) })

    @Test(arguments: 0..<300 as Range<UInt64>)
    func whatIsPackedIsUnpacked(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let state = random.recordState()
        var shown: [Slot: [UInt8]] = [:]
        var places: Set<Int> = []
        for (place, cell) in state.live.enumerated() where shown[cell.slot] == nil && cell.slot.element.isEmpty {
            shown[cell.slot] = cell.value
            places.insert(place)
        }
        let packed = try packing.pack(state) { places.contains($0) }
        let unpacked = try packing.unpack(packed) { shown[$0] ?? [] }
        #expect(unpacked == state)
    }

    /// As it was written until the fourth version of the schema: two cells of dot (7, 300), one of them not shown.
    @Test func theEarlierPackingIsStillRead() throws {
        let packed: [UInt8] = [1, 1, 7, 0xac, 2, 5, 1, 2, 1, 0, 0, 15, 1, 9, 1, 0, 0, 0]
        let state = try packing.unpack(packed) { $0.field == 1 ? [0x41] : [] }
        let (dot, time) = (Dot(ActorID(7), 300), HybridTime(5))
        #expect(
            state.live == [
                Cell(slot: Slot(field: 1), dot: dot, time: time, authority: .headquarters, value: [0x41]),
                Cell(slot: Slot(field: 15, element: [9]), dot: dot, time: time, authority: .headquarters, value: []),
            ])
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func whatIsCutShortIsRefused(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let packed = try packing.pack(random.recordState()) { _ in false }
        for end in 0..<packed.count {
            #expect(throws: StoreError.self) { try packing.unpack(Array(packed[..<end])) { _ in [] } }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func whateverIsReadIsReadOrRefused(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var packed = try packing.pack(random.recordState()) { _ in false }
        for _ in 0...random.below(3) { packed[random.below(packed.count)] = UInt8(random.below(256)) }
        do { _ = try packing.unpack(packed) { _ in [] } } catch is StoreError {}
    }
}

extension SplitMix64 {
    fileprivate mutating func recordState() -> RecordState {
        var live: [PlacedDot: Cell] = [:]
        for _ in 0..<below(40) { let cell = cell(); live[PlacedDot(slot: cell.slot, dot: cell.dot)] = cell }
        let early = Set((0..<below(3)).map { _ in PlacedDot(slot: slot(), dot: dot()) })
        let held = (0..<below(3)).map { _ in HeldCell(cell: cell(), replacedBy: dot()) }
        return RecordState(
            live: live.sorted { $0.key < $1.key }.map(\.value), replacedEarly: early.sorted(), held: held)
    }

    private mutating func slot() -> Slot {
        let field = UInt16(pick([1, 2, 15, 65_535]))
        return Slot(field: field, element: field < 15 ? [] : bytes(atMost: 2))
    }

    /// As in a record: one operation has one time and one authority.
    private mutating func cell() -> Cell {
        let dot = dot()
        return Cell(
            slot: slot(), dot: dot, time: HybridTime(dot.sequence << 40),
            authority: dot.sequence % 2 == 0 ? .shop : .headquarters, value: bytes())
    }
}
