import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// A part of what the hub holds lies ready to be spent without it: where a member shops, and at their home branch.
extension HubEngine {
    /// A member at a branch.
    struct Place: Hashable, Comparable {
        let member: RecordID
        let node: NodeID

        static func < (a: Self, b: Self) -> Bool { (a.member, a.node) < (b.member, b.node) }
    }

    /// Who can be given rights now.
    private struct Listeners {
        var actors: [NodeID: ActorID] = [:]
        var homes: [String: NodeID] = [:]
    }

    private var listeners: Listeners {
        var listeners = Listeners()
        for id in lines.keys.sorted() {
            guard let line = lines[id], line.session.speaksOfRights, let node = line.node,
                let actor = line.written.first?.actor
            else { continue }
            listeners.actors[node] = actor
            if let code = line.branchCode { listeners.homes[code] = node }
        }
        return listeners
    }

    /// - Parameter moved: members who have not been anywhere, and whose home or balance is another now.
    func fillAllowances(_ visits: Set<Place>, moved: Set<RecordID>, _ nowMilliseconds: UInt64) throws {
        guard !visits.isEmpty || !moved.isEmpty else { return }
        let listeners = listeners
        for visit in visits.sorted() { try fill(visit, listeners, nowMilliseconds) }
        for member in moved.union(visits.map(\.member)).sorted() {
            guard let home = try store.homeBranch(of: member) else { continue }
            guard let node = listeners.homes[home] else {
                try expect(member, at: home)
                continue
            }
            let place = Place(member: member, node: node)
            if !visits.contains(place) { try fill(place, listeners, nowMilliseconds) }
        }
    }

    private func fill(_ place: Place, _ listeners: Listeners, _ nowMilliseconds: UInt64) throws {
        guard let actor = listeners.actors[place.node] else { return }
        let today = today(nowMilliseconds)
        try writeWords(about: place.member, nowMilliseconds)
        let account = try store.liveAccount(of: place.member)
        for wallet in try store.programme().wallets(on: today) where wallet.rule.allowance.cap > 0 {
            let ticket = try store.largeTicketMinor(of: place.node, steadyMilliseconds: steadyMilliseconds)
            let most = wallet.rule.allowanceMax(largeTicketMinor: ticket)
            let held = account.spendable(wallet.code, by: .actor(actor), on: today)
            guard held * 100 < most * Int64(wallet.rule.allowance.lowWaterPercent) else { continue }
            let lots = account.lots.filter {
                $0.terms.wallet == wallet.code && $0.terms.kind != .coupon && $0.terms.isSpendable(on: today)
            }
            let items = Self.items(most - held, from: lots).prefix(Transfer.itemsMax)
            guard !items.isEmpty, try !store.isSealed(actor) else { continue }
            let transfer = Transfer(
                id: randomID(), from: .hub, to: .actor(actor),
                cause: .allowance, reference: nil, items: Array(items))
            try say(.transfer(transfer), for: .nodes([place.node]), about: account.members, nowMilliseconds)
        }
    }

    // MARK: Homes that cannot be heard

    /// Whose home was away when there was something for it; forgotten with the process, and more are not kept: the
    /// member's next movement asks again.
    private static let expectedMax = 50_000
    /// A home that comes back after long is filled without holding up everybody else.
    private static let homecomingsPerTickMax = 64

    private func expect(_ member: RecordID, at home: String) throws {
        guard expectedCount < Self.expectedMax, try expected[home] != nil || store.hasBranch(home) else { return }
        if expected[home, default: []].insert(member).inserted { expectedCount += 1 }
    }

    /// Homes that can be heard again get what was not sent to them.
    func fillHomecomings(_ nowMilliseconds: UInt64) throws {
        guard !expected.isEmpty else { return }
        let listeners = listeners
        var left = Self.homecomingsPerTickMax
        var filled: [(home: String, members: [RecordID])] = []
        for home in expected.keys.sorted() {
            guard left > 0, let node = listeners.homes[home], let members = expected[home] else { continue }
            let next = Array(members.sorted().prefix(left))
            left -= next.count
            filled.append((home, next))
            for member in next where try store.homeBranch(of: member) == home {
                try fill(Place(member: member, node: node), listeners, nowMilliseconds)
            }
        }
        try writeWords(nowMilliseconds)
        for (home, members) in filled { forget(members, at: home) }
    }

    private func forget(_ members: [RecordID], at home: String) {
        let rest = expected[home, default: []].subtracting(members)
        expectedCount -= members.count
        expected[home] = rest.isEmpty ? nil : rest
    }
}
