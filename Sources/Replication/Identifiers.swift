/// One incarnation of one node: the author of one gap-free sequence of operations.
///
/// A node that may have lost or repeated part of its past writes under a new actor; an actor is never reused.
package struct ActorID: Hashable, Comparable, Sendable {
    package let value: UInt128

    package init(_ value: UInt128) { self.value = value }

    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

/// Names one record (a member, a sale, a case) for ever, whichever actor writes to it.
package struct RecordID: Hashable, Comparable, Sendable {
    package let value: UInt128

    package init(_ value: UInt128) { self.value = value }

    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

/// One life of the hub's log. A restored hub continues under a new epoch.
package struct EpochID: Hashable, Comparable, Sendable {
    package let value: UInt128

    package init(_ value: UInt128) { self.value = value }

    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}

/// A place in the organisation: the hub is 0, branches are numbered by the hub as they join.
package struct NodeID: Hashable, Comparable, Sendable {
    package let value: UInt32

    package init(_ value: UInt32) { self.value = value }

    package static let hub = NodeID(0)

    package static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}
