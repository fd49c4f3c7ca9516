import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// A branch's engine as its tills use it: every request is one event, and what follows from it one flush.
final class Counters {
    let engine: NodeEngine
    private var requests: UInt64 = 0

    /// - Parameter store: the engine's from now on.
    init(_ store: ReplicaStore) {
        engine = NodeEngine(store: store, software: "bench", random: BenchmarkRandom(seed: 3))
    }

    func ask(_ request: TillRequest) throws -> TillAnswer {
        requests += 1
        let id = NodeEngine.RequestID(requests)
        let actions =
            try engine.handle(.till(id, request), nowMilliseconds: Parties.nowMilliseconds)
            + engine.handle(.flush, nowMilliseconds: Parties.nowMilliseconds)
        for case .reply(id, let answer) in actions { return answer }
        throw BenchmarkFault.workNotDone("the till was not answered")
    }

    /// As a till does it: it asks for the price, then sells.
    func sell(_ checkout: Checkout) throws {
        guard case .quote(.quoted) = try ask(.quote(checkout)) else {
            throw BenchmarkFault.workNotDone("the basket has no price")
        }
        guard case .checkout(.sold) = try ask(.checkout(checkout)) else {
            throw BenchmarkFault.workNotDone("nothing was sold")
        }
    }
}
