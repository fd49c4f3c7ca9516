import Localization
import Loyalty
import ReplicaStore
import Replication

/// What is done now and then while the hub can be heard.
extension NodeEngine {
    struct Upkeep: Equatable {
        var doneMilliseconds: UInt64?
        /// Where the look at what lies idle goes on; nil between two looks.
        var place: RecordID?
    }

    private static let everyMilliseconds: UInt64 = 60 * 60_000
    /// A few milliseconds' worth: a till may be waiting.
    private static let rightsLookedAt = 512

    /// When the hub was last heard, across restarts: written down once an hour.
    var lastContactMilliseconds: UInt64? { (try? store.heardAtMilliseconds()) ?? nil }

    func keepHouse(_ nowMilliseconds: UInt64) throws {
        if upkeep.place == nil {
            if let done = upkeep.doneMilliseconds, steadyMilliseconds < done + Self.everyMilliseconds { return }
            upkeep.doneMilliseconds = steadyMilliseconds
            try store.noteHeard(atMilliseconds: nowMilliseconds)
        }
        try returnIdleRights(nowMilliseconds)
    }

    /// What has expired, or whose member does not come any more, goes back to the hub.
    private func returnIdleRights(_ nowMilliseconds: UInt64) throws {
        guard let today = ChainCalendar(zone: store.identity.zone)?.businessDate(ofMilliseconds: nowMilliseconds) else {
            return
        }
        let days = try store.programme().wallet(Programme.pointsCode, on: today)?.rule.allowance.inactivityDays ?? 60
        let idle = try store.idleRights(
            since: today.adding(days: -days), today: today, after: upkeep.place, lookingAt: Self.rightsLookedAt)
        var rest = idle.spends[...]
        while !rest.isEmpty {
            _ = try store.giveBack(
                Array(rest.prefix(Transfer.itemsMax)), because: .giveBack, reference: nil,
                id: RecordID(UInt128(bigEndianBytes: randomBytes(16))), at: nowMilliseconds)
            rest = rest.dropFirst(Transfer.itemsMax)
        }
        upkeep.place = idle.next
    }
}
