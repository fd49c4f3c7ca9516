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
        let packed = try packing.pack(state) { place in
            let cell = state.live[place]
            guard shown[cell.slot] == nil, cell.slot.element.isEmpty else { return false }
            shown[cell.slot] = cell.value
            return true
        }
        let unpacked = try packing.unpack(packed) { shown[$0] ?? [] }
        #expect(unpacked == state)
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
