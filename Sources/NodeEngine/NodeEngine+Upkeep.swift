import Localization
import Loyalty
import ReplicaStore
import Replication

/// What is done now and then while the hub can be heard.
extension NodeEngine {
    struct Upkeep: Equatable {
        var doneMilliseconds: UInt64?

    }

    private static let everyMilliseconds: UInt64 = 60 * 60_000

    /// When the hub was last heard, across restarts: written down once an hour.
    var lastContactMilliseconds: UInt64? { (try? store.heardAtMilliseconds()) ?? nil }

    func keepHouse(_ nowMilliseconds: UInt64) throws {
        if let done = upkeep.doneMilliseconds, steadyMilliseconds < done + Self.everyMilliseconds { return }
        upkeep.doneMilliseconds = steadyMilliseconds
        try store.noteHeard(atMilliseconds: nowMilliseconds)
        try returnIdleRights(nowMilliseconds)
    }

    /// What has expired, or whose member does not come any more, goes back to the hub.
    private func returnIdleRights(_ nowMilliseconds: UInt64) throws {
        guard let today = ChainCalendar(zone: store.identity.zone)?.businessDate(ofMilliseconds: nowMilliseconds) else {
            return
        }
        let days = try store.programme().wallet(Programme.pointsCode, on: today)?.rule.allowance.inactivityDays ?? 60
        let idle = try store.idleRights(
            since: today.adding(days: -days), today: today, atMost: Transfer.itemsMax)
        guard !idle.isEmpty else { return }
        _ = try store.giveBack(
            idle, because: .giveBack, reference: nil, id: RecordID(UInt128(bigEndianBytes: randomBytes(16))),
            at: nowMilliseconds)
    }
}
