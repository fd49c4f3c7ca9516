import Dispatch
import ReplicaStore
import Replication
import Synchronization

/// What is left of the hub's rate while somebody reads the whole view, again and again.
struct BusyHub {
    let bench: Workbench

    private static let batchOperations = 1_000

    func run() throws -> Findings {
        let store = try Parties.hub(at: bench.path("hub"))
        defer { store.close() }
        var crowd = Crowd(Headquarters(store))
        try crowd.grow(to: bench.members)
        var (alone, beside): ([Double], [Double]) = ([], [])
        for _ in 0..<bench.rounds {
            alone.append(try rate(&crowd))
            let reports = Reports(store.reader)
            beside.append(try rate(&crowd))
            guard reports.end() > 0 else { throw BenchmarkFault.workNotDone("no report was made") }
        }
        var findings = Findings()
        findings.note("hub takes in updates, 1,000 at once", Figure.median(alone), "a second")
        findings.note("the same during reports", Figure.median(beside), "a second")
        return findings
    }

    private func rate(_ crowd: inout Crowd) throws -> Double {
        let arrivals = crowd.updates(min(20_000, bench.members))
        return Double(arrivals.count) / (try bench.seconds { try crowd.headquarters.accept(arrivals) })
    }

    /// Reads on a thread of its own, until it is told to end.
    private final class Reports: Sendable {
        private let isEnding = Atomic<Bool>(false)
        private let made = Atomic<Int>(0)
        private let group = DispatchGroup()

        init(_ reader: ReplicaReader) {
            DispatchQueue.global().async(group: group) {
                while !self.isEnding.load(ordering: .acquiring) {
                    guard (try? reader.query(BusyShop.report, rowsMax: 1_000)) != nil else { return }
                    self.made.add(1, ordering: .acquiringAndReleasing)
                }
            }
        }

        /// How many reports were made.
        func end() -> Int {
            isEnding.store(true, ordering: .releasing)
            group.wait()
            return made.load(ordering: .acquiring)
        }
    }
}
