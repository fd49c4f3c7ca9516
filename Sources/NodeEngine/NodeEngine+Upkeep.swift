import Localization
import Loyalty
import ReplicaStore
import Replication

/// What is done now and then while the hub can be heard.
extension NodeEngine {
    struct Upkeep: Equatable {
        var doneMilliseconds: UInt64?
        /// There was more than one transfer holds.
        var isUnfinished = false
    }

    private static let everyMilliseconds: UInt64 = 60 * 60_000

    /// When the hub was last heard, across restarts: written down once an hour.
    var lastContactMilliseconds: UInt64? { store.heardAtMilliseconds }

    func keepHouse(_ nowMilliseconds: UInt64) throws {
        if !upkeep.isUnfinished {
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
        var idle = try store.expiredRights(today: today, atMost: Transfer.itemsMax)
        for wallet in try store.walletsHeld() where idle.count < Transfer.itemsMax {
            let days = try inactivityDays(of: wallet, today)
            let known = Set(idle.map(\.lot))
            idle += try store.idleRights(
                in: wallet, since: today.adding(days: -days),
                sinceMilliseconds: nowMilliseconds - min(nowMilliseconds, UInt64(days) * Self.dayMilliseconds),
                atMost: Transfer.itemsMax
            ).filter { !known.contains($0.lot) }.prefix(Transfer.itemsMax - idle.count)
        }
        upkeep.isUnfinished = idle.count >= Transfer.itemsMax
        guard !idle.isEmpty else { return }
        _ = try store.giveBack(
            idle, because: .giveBack, reference: nil, id: randomID(),
            at: nowMilliseconds)
    }

    /// As the wallet's allowance says; coupons are kept as long as points.
    private func inactivityDays(of wallet: String, _ today: CivilDate) throws -> Int {
        let programme = try store.programme()
        let type = programme.wallet(wallet, on: today) ?? programme.wallet(Programme.pointsCode, on: today)
        return type?.rule.allowance.inactivityDays ?? Allowance.standardPoints.inactivityDays
    }

    private static let dayMilliseconds: UInt64 = 86_400_000
}
