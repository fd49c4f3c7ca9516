import Loyalty
import ReplicaStore
import Replication

/// More members than fit into memory, of whom a hub learns: rows and clocks are computed from their numbers.
struct Crowd {
    var headquarters: Headquarters
    private(set) var count = 0
    private var editors = Shift(from: 901)
    private var rivals = Shift(from: 951)
    private var random = BenchmarkRandom(seed: 31)
    /// What lives of those who have been changed; the others have what they joined with.
    private var changed: [Int: [Dot]] = [:]

    private static let batchMembers = 1_000

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
        let arrival = editors.next.update(
            of: changedRow(number), replaces: replaced(number), observed: headquarters.store.head)
        changed[number] = [arrival.operation.dot]
        return arrival
    }

    /// Two branches rename a member, who has not been renamed before, without having seen each other's name.
    mutating func conflict(_ number: Int) -> [ReplicaStore.Arrival] {
        let (row, observed) = (MemberSet.row(numbered: number), headquarters.store.head)
        let joined = Shift.dot(Headquarters.creator, number)
        return [
            editors.next.rename(row.id, to: row.name + "一", replaces: joined, observed: observed),
            rivals.next.rename(row.id, to: row.name + "二", replaces: joined, observed: observed),
        ]
    }

    private mutating func changedRow(_ number: Int) -> MemberSet.Row {
        var row = MemberSet.row(numbered: number)
        row.homeBranch = String(random.below(100_000))
        row.lastVisitAt = ValueForm.instant(
            milliseconds: Parties.nowMilliseconds - UInt64(random.below(86_400_000)))
        return row
    }

    private func replaced(_ number: Int) -> [[Dot]] {
        let dots = changed[number] ?? [Shift.dot(Headquarters.creator, number)]
        return [dots, dots]
    }
}

/// Authors who follow one another: each writes as much as fits into the time that the hub believes.
struct Shift {
    private let first: UInt32
    private var authors: [Author] = []
    private var written = 0

    private static let operationsEach = 500_000

    init(from first: UInt32) { self.first = first }

    /// Who is to write now, one operation.
    var next: Author {
        mutating get { authors[place()] }
        _modify { yield &authors[place()] }
    }

    private mutating func place() -> Int {
        let place = written / Self.operationsEach
        if place == authors.count { authors.append(Author(first + UInt32(place))) }
        written += 1
        return place
    }

    /// Of the operation that this shift has written as its `number`-th, from 0 on.
    static func dot(_ first: UInt32, _ number: Int) -> Dot {
        Dot(Parties.actor(first + UInt32(number / operationsEach)), UInt64(number % operationsEach + 1))
    }
}
