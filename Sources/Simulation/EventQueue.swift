/// What is to happen, in order of time; at one moment, in the order in which it was scheduled.
struct EventQueue<Event> {
    private struct Item {
        let milliseconds: UInt64
        let sequence: UInt64
        let event: Event

        func isBefore(_ other: Item) -> Bool {
            (milliseconds, sequence) < (other.milliseconds, other.sequence)
        }
    }

    /// A binary heap.
    private var items: [Item] = []
    private var nextSequence: UInt64 = 0

    /// When the next event is due.
    var nextMilliseconds: UInt64? { items.first?.milliseconds }

    mutating func schedule(_ event: Event, atMilliseconds milliseconds: UInt64) {
        items.append(Item(milliseconds: milliseconds, sequence: nextSequence, event: event))
        nextSequence += 1
        rise(from: items.count - 1)
    }

    mutating func next() -> (milliseconds: UInt64, event: Event)? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        if !items.isEmpty {
            items[0] = last
            sink()
        }
        return (first.milliseconds, first.event)
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0, items[index].isBefore(items[(index - 1) / 2]) {
            items.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink() {
        var index = 0
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < items.count }
            guard let least = children.min(by: { items[$0].isBefore(items[$1]) }), items[least].isBefore(items[index])
            else { return }
            items.swapAt(index, least)
            index = least
        }
    }
}
