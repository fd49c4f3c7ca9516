import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// What one more change costs as the chain grows: it should not matter how much there is already.
struct GrowthMeasures {
    let bench: Workbench

    /// In how large a chain the log and the cases grow; the members themselves grow up to the bench's size.
    private static let membersBesideMax = 1_000_000
    private static let updatesMeasured = 10_000
    private static let singlesMeasured = 100
    private static let editsOfMember = [10, 100, 1_000, 10_000]
    /// What the hub answers to a sale reads all that is left of the member's lots: more would take minutes to sell.
    private static let salesOfMember = [10, 100, 1_000, 3_000]
    private static let salesMeasured = 20
    private static let casesShown = 100

    func run(_ progress: (String) -> Void) throws -> Findings {
        var findings = try byMembers(progress)
        try bench.removeFiles()
        findings += try byLogLength(progress)
        try bench.removeFiles()
        findings += try byOpenCases(progress)
        try bench.removeFiles()
        findings += try byEditsOfOneMember(progress)
        try bench.removeFiles()
        findings += try bySalesOfOneMember(progress)
        return findings
    }

    private var membersBeside: Int { min(bench.members, Self.membersBesideMax) }

    /// Powers of ten up to the bench's size, and that size.
    private func sizes(from first: Int, upTo last: Int) -> [Int] {
        var sizes: [Int] = []
        var size = first
        while size < last {
            sizes.append(size)
            size *= 10
        }
        return sizes + [last]
    }

    // MARK: Members

    private func byMembers(_ progress: (String) -> Void) throws -> Findings {
        var findings = Findings()
        var crowd = Crowd(Headquarters(try Parties.hub(at: bench.path("members"))))
        defer { crowd.headquarters.store.close() }
        for size in sizes(from: 1_000, upTo: bench.members) {
            progress("\(size) members")
            let missing = size - crowd.count
            let filling = try bench.seconds { try crowd.grow(to: size) }
            findings.note("\(size) members: one more member", filling / Double(missing) * 1e6, "µs")
            try noteUpdates("\(size) members", &crowd, &findings)
            try noteSingles("\(size) members", &crowd, &findings)
            let rows = (0..<Self.singlesMeasured).map { MemberSet.row(numbered: $0 * (size / Self.singlesMeasured)) }
            let reader = crowd.headquarters.store.reader
            let finding = try bench.seconds {
                for row in rows where try reader.members(kind: "phone", value: row.phone).isEmpty {
                    throw BenchmarkFault.workNotDone("a member is not found")
                }
            }
            findings.note("\(size) members: find one by phone", finding / Double(rows.count) * 1e6, "µs")
            findings.note("\(size) members: hub's memory", Double(bench.residentBytes) / 1e6, "MB")
            findings.note("\(size) members: hub's files", Double(bench.bytes(of: "members")) / 1e6, "MB")
        }
        return findings
    }

    private func noteUpdates(_ name: String, _ crowd: inout Crowd, _ findings: inout Findings) throws {
        let arrivals = crowd.updates(Self.updatesMeasured)
        let seconds = try bench.seconds { try crowd.headquarters.accept(arrivals) }
        findings.note("\(name): a change, 1,000 at once", seconds / Double(arrivals.count) * 1e6, "µs")
    }

    private func noteSingles(_ name: String, _ crowd: inout Crowd, _ findings: inout Findings) throws {
        let arrivals = crowd.updates(Self.singlesMeasured)
        let seconds = try bench.seconds { for arrival in arrivals { try crowd.headquarters.accept([arrival]) } }
        findings.note("\(name): a change alone, flushed", seconds / Double(arrivals.count) * 1e6, "µs")
    }

    // MARK: The log

    private func byLogLength(_ progress: (String) -> Void) throws -> Findings {
        var findings = Findings()
        var crowd = Crowd(Headquarters(try Parties.hub(at: bench.path("log"))))
        defer { crowd.headquarters.store.close() }
        let members = min(Self.updatesMeasured, bench.members)
        try crowd.grow(to: members)
        for length in sizes(from: members * 2, upTo: max(membersBeside * 2, members * 4)) {
            progress("a log of \(length)")
            while crowd.headquarters.store.head < UInt64(length) {
                try crowd.headquarters.accept(crowd.updates(members))
            }
            try noteUpdates("a log of \(length)", &crowd, &findings)
        }
        return findings
    }

    // MARK: Cases

    private func byOpenCases(_ progress: (String) -> Void) throws -> Findings {
        var findings = Findings()
        var crowd = Crowd(Headquarters(try Parties.hub(at: bench.path("cases"))))
        defer { crowd.headquarters.store.close() }
        try crowd.grow(to: membersBeside)
        var contested = 0
        for cases in sizes(from: max(10, membersBeside / 1_000), upTo: membersBeside / 2) {
            progress("\(cases) open cases")
            var arrivals: [ReplicaStore.Arrival] = []
            for number in contested..<cases { arrivals += crowd.conflict(number) }
            try crowd.headquarters.accept(arrivals)
            contested = cases
            try noteUpdates("\(cases) open cases", &crowd, &findings)
            let reader = crowd.headquarters.store.reader
            let seconds = try bench.seconds {
                guard try reader.openCases(limit: Self.casesShown).isEmpty == false else {
                    throw BenchmarkFault.workNotDone("there are no cases")
                }
            }
            findings.note("\(cases) open cases: the first \(Self.casesShown) listed", seconds * 1e3, "ms")
        }
        return findings
    }

    // MARK: One member

    private func byEditsOfOneMember(_ progress: (String) -> Void) throws -> Findings {
        var findings = Findings()
        var crowd = Crowd(Headquarters(try Parties.hub(at: bench.path("edits"))))
        defer { crowd.headquarters.store.close() }
        try crowd.grow(to: 1_000)
        var edits = 0
        for past in Self.editsOfMember where past <= bench.members {
            progress("a member with \(past) edits")
            let filling = (0..<max(0, past - edits)).map { _ in crowd.update(0) }
            try crowd.headquarters.accept(filling)
            let arrivals = (0..<Self.singlesMeasured).map { _ in crowd.update(0) }
            let seconds = try bench.seconds { for arrival in arrivals { try crowd.headquarters.accept([arrival]) } }
            edits = max(past, edits) + arrivals.count
            findings.note(
                "a member with \(past) edits: one more, flushed", seconds / Double(arrivals.count) * 1e6, "µs")
        }
        return findings
    }

    private func bySalesOfOneMember(_ progress: (String) -> Void) throws -> Findings {
        var findings = Findings()
        let hub = try Parties.hub(at: bench.path("hub"))
        let branch = try Parties.branch(1, at: bench.path("shop"))
        defer {
            hub.close()
            branch.close()
        }
        let row = MemberSet.row(numbered: 0)
        var headquarters = Headquarters(hub)
        try headquarters.join([row])
        try headquarters.bring(to: branch)
        let engines = try JoinedEngines(bench, hub: hub, branch: branch)
        var customers = Customers(reference: "G", seed: 41)
        var sales = 0
        for past in Self.salesOfMember where past * 20 <= bench.members {
            progress("a member with \(past) sales")
            while sales < past {
                try engines.sell(customers.checkout(by: row.id))
                sales += 1
            }
            let checkouts = (0..<Self.salesMeasured).map { _ in customers.checkout(by: row.id, points: .exactly(100)) }
            try note(checkouts, "a member with \(past) sales", engines, &findings)
            sales += checkouts.count
        }
        return findings
    }

    private func note(
        _ checkouts: [Checkout], _ name: String, _ engines: JoinedEngines, _ findings: inout Findings
    ) throws {
        let count = Double(checkouts.count)
        let quotes = try bench.seconds {
            for checkout in checkouts {
                guard case .quote(.quoted) = try engines.ask(.quote(checkout)) else {
                    throw BenchmarkFault.workNotDone("the basket has no price")
                }
            }
        }
        findings.note("\(name): a price", quotes / count * 1e6, "µs")
        engines.hubSeconds = 0
        var selling = 0.0
        for checkout in checkouts {
            selling += try bench.seconds {
                guard case .checkout(.sold) = try engines.ask(.checkout(checkout)) else {
                    throw BenchmarkFault.workNotDone("nothing was sold")
                }
            }
            try engines.exchange()
        }
        findings.note("\(name): one more, flushed", selling / count * 1e6, "µs")
        findings.note("\(name): at the hub, with what it answers", engines.hubSeconds / count * 1e6, "µs")
    }
}
