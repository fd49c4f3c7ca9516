import Administration
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// Waits, after all lines are up, until headquarters and every shop hold the same.
struct Convergence {
    /// The slowest node waits for its next attempt for up to a minute, and then has its backlog to send.
    private static let limitSeconds = 300.0
    private static let everyMilliseconds = 10

    /// From the last line's return until headquarters held every operation of every shop; nil if it never did.
    private(set) var acknowledgedAfter: Duration?
    /// … and until every shop's digest was headquarters'.
    private(set) var equalAfter: Duration?
    private(set) var acknowledgedShops = 0
    private(set) var equalShops = 0
    /// What headquarters and the shops have noted that should never happen.
    private(set) var incidents: Int64 = 0

    static func wait(_ chain: LocalChain, _ shops: [Shop]) async throws -> Convergence {
        let start = ContinuousClock.now
        var result = Convergence()
        var waiting = shops
        let acknowledged = try await until {
            waiting = try await remaining(waiting) { $0.waitingOperations > 0 }
            return waiting.isEmpty
        }
        result.acknowledgedShops = shops.count - waiting.count
        result.acknowledgedAfter = acknowledged.map { _ in ContinuousClock.now - start }
        // Everybody has said everything: headquarters' records are final.
        let digest = try await chain.ask("status").first?["digest"]
        var different = shops
        let equal = try await until {
            different = try await remaining(different) { RecordID($0.digest).hexadecimal != digest }
            return different.isEmpty
        }
        result.equalShops = shops.count - different.count
        result.equalAfter = equal.map { _ in ContinuousClock.now - start }
        result.incidents = try await incidents(of: chain, shops)
        return result
    }

    private static func until(_ isTrue: () async throws -> Bool) async throws -> Duration? {
        try await Waiting.until(atMostSeconds: limitSeconds, everyMilliseconds: everyMilliseconds, isTrue)
    }

    private static func remaining(_ shops: [Shop], _ isBehind: (NodeStatus) -> Bool) async throws -> [Shop] {
        var behind: [Shop] = []
        for shop in shops where isBehind(try await status(of: shop)) { behind.append(shop) }
        return behind
    }

    private static func incidents(of chain: LocalChain, _ shops: [Shop]) async throws -> Int64 {
        var sum = try await chain.ask("status").first?["incidents"].flatMap { Int64($0) } ?? 0
        for shop in shops { sum += try await status(of: shop).incidents }
        return sum
    }

    private static func status(of shop: Shop) async throws -> NodeStatus {
        guard case .status(let status) = await shop.branch.node.perform(.status) else {
            throw Complaint(code: Failure.diskCode, words: "branch \(shop.branch.code) does not answer")
        }
        return status
    }
}
