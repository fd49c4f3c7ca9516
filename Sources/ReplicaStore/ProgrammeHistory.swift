import GRDB
package import Loyalty
package import Replication

import struct Foundation.Data

/// At the hub: what headquarters had declared by any place in its log. A branch can go only by what it had received.
struct ProgrammeHistory {
    private let items: [(position: UInt64, item: ProgrammeItem)]
    /// By how many items it has.
    private var built: [Int: Programme]
    let latest: Programme

    /// Branches are seldom far apart in what they know.
    private static let builtMax = 16

    init(_ items: [(position: UInt64, item: ProgrammeItem)]) {
        self.items = items
        latest = Self.programme(of: items[...])
        built = [items.count: latest]
    }

    /// Nil where the author has observed an epoch of which this hub does not know how far its own log agrees with it.
    mutating func known(to observed: Observed, in epoch: EpochID) -> Programme? {
        guard observed.positions.isEmpty || observed.positions.contains(where: { $0.epoch == epoch }) else {
            return nil
        }
        let position = observed.sequence(in: epoch)
        let count = items.firstIndex { $0.position > position } ?? items.count
        if let programme = built[count] { return programme }
        let programme = Self.programme(of: items[..<count])
        if built.count >= Self.builtMax { built = [items.count: latest] }
        built[count] = programme
        return programme
    }

    /// What has been worked out beside is not worked out again.
    mutating func take(_ other: ProgrammeHistory) { built = other.built }

    private static func programme(of items: ArraySlice<(position: UInt64, item: ProgrammeItem)>) -> Programme {
        var programme = Programme.standard
        for (_, item) in items { programme.apply(item) }
        return programme
    }
}

extension ReplicaStore {
    func programmeHistory() throws -> ProgrammeHistory {
        if let known = knownHistory { return known }
        let history = ProgrammeHistory(
            try read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT programme.position, op.public_body FROM programme
                        JOIN op ON op.position = programme.position ORDER BY programme.position
                        """
                ).map {
                    (UInt64(bitPattern: $0[0] as Int64), try ProgrammeEdit(publicBody: Array($0[1] as Data)).item)
                }
            })
        knownHistory = history
        return history
    }

    /// At the hub: what the rules say of the points on a settled sale's receipt, by what its branch knew then. Nil
    /// where the dot is not that of a sale, and at a node, whose log has another order.
    package func earningOpinion(of dot: Dot) throws -> EarningOpinion? {
        guard identity.role == .hub, let epoch = identity.epoch, let operation = try reader.operation(of: dot),
            case .sale(let sale)? = Fact(operation)
        else { return nil }
        var history = try programmeHistory()
        let branch = try actors[dot.actor].flatMap { try rosterEntry($0.node) }?.branchCode ?? ""
        return history.known(to: operation.observed, in: epoch)?.opinion(on: sale, at: branch) ?? .ruleUnknown
    }
}
