import Loyalty
import Replication
import Synchronization

/// What tills of this branch have promised to their customers and not yet sold. Kept in memory: who starts anew
/// promises anew, and nothing here is needed to keep anybody from spending twice.
final class HoldBook: Sendable {
    struct Hold: Equatable, Sendable {
        let id: RecordID
        let till: String
        /// The member, and whoever is the same person.
        let members: [RecordID]
        let points: Int64
        let principalMinor: Int64
        let bonusMinor: Int64
        let coupons: Set<RecordID>
        let untilMilliseconds: UInt64
        /// Rights that were fetched for it, by their authorizations.
        let fetched: [RecordID]
    }

    /// Nobody stands at a till for longer.
    static let holdMilliseconds: UInt64 = 5 * 60_000
    /// More than all tills of a shop have customers.
    static let holdsMax = 1_000

    private let holds = Mutex<[RecordID: Hold]>([:])

    /// False where the id belongs to another till's hold, or there are too many.
    func put(_ hold: Hold, nowMilliseconds: UInt64) -> Bool {
        holds.withLock { holds in
            holds = holds.filter { $0.value.untilMilliseconds > nowMilliseconds }
            guard holds[hold.id].map({ $0.till == hold.till }) ?? (holds.count < Self.holdsMax) else { return false }
            holds[hold.id] = hold
            return true
        }
    }

    func hold(_ id: RecordID, nowMilliseconds: UInt64) -> Hold? {
        holds.withLock { $0[id].flatMap { $0.untilMilliseconds > nowMilliseconds ? $0 : nil } }
    }

    /// - Returns: the hold, if there was one.
    func release(_ id: RecordID, nowMilliseconds: UInt64) -> Hold? {
        let hold = holds.withLock { $0.removeValue(forKey: id) }
        return hold.flatMap { $0.untilMilliseconds > nowMilliseconds ? $0 : nil }
    }

    /// What others than the named hold have reserved of these members' and of these coupons.
    func others(
        than own: RecordID?, of members: [RecordID], _ coupons: [RecordID], nowMilliseconds: UInt64
    ) -> [Hold] {
        holds.withLock { holds in
            holds.values.filter { hold in
                hold.id != own && hold.untilMilliseconds > nowMilliseconds
                    && (members.contains(where: hold.members.contains)
                        || coupons.contains(where: hold.coupons.contains))
            }
        }
    }
}

extension Counter {
    /// As if what is held for others were not here.
    func withholding(_ holds: [HoldBook.Hold]) -> Counter {
        guard let account, !holds.isEmpty else { return self }
        var left: [LotKind: Int64] = [:]
        for hold in holds where hold.members.contains(where: account.members.contains) {
            left[.points, default: 0] += hold.points
            left[.principal, default: 0] += hold.principalMinor
            left[.bonus, default: 0] += hold.bonusMinor
        }
        let lots = account.lots.map { lot -> Lot in
            let taken = min(left[lot.terms.kind] ?? 0, lot.right(of: holder))
            guard taken > 0 else { return lot }
            left[lot.terms.kind, default: 0] -= taken
            return Lot(terms: lot.terms, rights: [holder: lot.right(of: holder) - taken].filter { $0.value > 0 })
        }
        return Counter(
            branch: branch, holder: holder, programme: programme,
            account: MemberAccount(members: account.members, lots: lots, debts: account.debts),
            memberTier: memberTier, isFrozen: isFrozen, coupons: coupons, couponsHeld: couponsHeld,
            isConnected: isConnected, daysWithoutContact: daysWithoutContact, largeTicketMinor: largeTicketMinor)
    }
}
