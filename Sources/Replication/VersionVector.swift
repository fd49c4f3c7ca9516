/// How much of every actor's writing a replica has seen.
///
/// Sorted by actor and never holds a zero, so equal knowledge is always equal under `==`.
package struct VersionVector: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let actor: ActorID
        package var sequence: UInt64
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    package init(_ dots: some Sequence<Dot>) {
        for dot in dots { include(dot) }
    }

    package subscript(actor: ActorID) -> UInt64 {
        let place = place(of: actor)
        return place < entries.count && entries[place].actor == actor ? entries[place].sequence : 0
    }

    package func contains(_ dot: Dot) -> Bool { dot.sequence <= self[dot.actor] }

    /// Raises the actor's entry to the dot's sequence; a lower one changes nothing.
    package mutating func include(_ dot: Dot) {
        guard dot.sequence > 0 else { return }
        let place = place(of: dot.actor)
        if place < entries.count && entries[place].actor == dot.actor {
            entries[place].sequence = max(entries[place].sequence, dot.sequence)
        } else {
            entries.insert(Entry(actor: dot.actor, sequence: dot.sequence), at: place)
        }
    }

    /// The least vector that covers both.
    package mutating func merge(_ other: Self) {
        for entry in other.entries { include(Dot(entry.actor, entry.sequence)) }
    }

    package func merging(_ other: Self) -> Self {
        var merged = self
        merged.merge(other)
        return merged
    }

    package func covers(_ other: Self) -> Bool {
        other.entries.allSatisfy { self[$0.actor] >= $0.sequence }
    }

    /// A partial order, so no `Comparable`: two vectors may be neither before nor after one another.
    package func order(to other: Self) -> CausalOrder {
        switch (other.covers(self), self.covers(other)) {
        case (true, true): .same
        case (true, false): .before
        case (false, true): .after
        case (false, false): .concurrent
        }
    }

    private func place(of actor: ActorID) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].actor < actor { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// How one event stands to another: in its past, in its future, or neither.
package enum CausalOrder: Equatable, Sendable {
    case same, before, after, concurrent
}
