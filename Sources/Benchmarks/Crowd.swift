import ReplicaStore
import Replication

/// More members than fit into memory, of whom a hub learns: rows and clocks are computed from their numbers.
struct Crowd {
    var headquarters: Headquarters
    private(set) var count = 0
    private var editor = Author(901)
    private var rival = Author(902)
    private var random = BenchmarkRandom(seed: 31)
    /// What lives of those who have been changed; the others have what they joined with.
    private var changed: [Int: [Dot]] = [:]

    private static let batchMembers = 1_000
    private static let creator: UInt32 = 900

    init(_ headquarters: Headquarters) { self.headquarters = headquarters }

    mutating func grow(to size: Int) throws {
        while count < size {
            let next = min(size, count + Self.batchMembers)
            try headquarters.join((count..<next).map(MemberSet.row(numbered:)))
            count = next
        }
    }

    /// Changes of two columns of so many different members, in random order.
    mutating func updates(_ wanted: Int) -> [ReplicaStore.Arrival] {
        var chosen: Set<Int> = []
        while chosen.count < min(wanted, count) { chosen.insert(random.below(count)) }
        var order = chosen.sorted()
        order.shuffle(using: &random)
        return order.map { update($0) }
    }

    mutating func update(_ number: Int) -> ReplicaStore.Arrival {
        let arrival = editor.update(
            of: changedRow(number), replaces: replaced(number), observed: headquarters.store.head)
        changed[number] = [arrival.operation.dot]
        return arrival
    }

    /// Two branches change the same columns of a member, neither having seen the other's.
    mutating func conflict(_ number: Int) -> [ReplicaStore.Arrival] {
        let (replaces, observed) = (replaced(number), headquarters.store.head)
        let pair = [
            editor.update(of: changedRow(number), replaces: replaces, observed: observed),
            rival.update(of: changedRow(number), replaces: replaces, observed: observed),
        ]
        changed[number] = pair.map(\.operation.dot).sorted()
        return pair
    }

    private mutating func changedRow(_ number: Int) -> MemberSet.Row {
        var row = MemberSet.row(numbered: number)
        row.homeBranch = String(random.below(100_000))
        row.lastVisitAt = String(Parties.nowMilliseconds - UInt64(random.below(86_400_000)))
        return row
    }

    private func replaced(_ number: Int) -> [[Dot]] {
        let dots = changed[number] ?? [Dot(Parties.actor(Self.creator), UInt64(number + 1))]
        return [dots, dots]
    }
}
