import Loyalty
import ReplicaStore
import Replication

/// Headquarters' questions, to the merged view and to plain tables that hold the same.
final class QueryMeasures {
    private let bench: Workbench
    private let hub: ReplicaStore
    private let plain: PlainViews
    private var set: MemberSet
    private var random = BenchmarkRandom(seed: 11)

    private static let batchOperations = 1_000
    private static let days = 30
    private static let tags = 50
    private static let lookups = 2_000

    init(_ bench: Workbench) throws {
        self.bench = bench
        set = MemberSet(count: bench.members)
        hub = try Parties.hub(at: bench.path("hub-query"))
        plain = try PlainViews(at: bench.path("plain-query"))
        try fillMembers()
        try fillSales()
        try plain.finish()
    }

    /// Each question, in milliseconds here and there.
    func round(isOursFirst: Bool) throws -> [(name: String, round: Figure.Round)] {
        let day = Self.day(random.below(Self.days))
        let tag = Self.tag(random.below(Self.tags))
        let phones = (0..<Self.lookups).map { _ in set.rows[random.below(set.rows.count)].phone }
        // Not a join: the views' identifiers are text that no index knows, and each row would be sought among all.
        let tagSQL = """
            SELECT name, phone FROM members WHERE member IN (SELECT member FROM member_tags WHERE tag = '\(tag)')
            ORDER BY name
            """
        let daySQL = """
            SELECT branch, count(*), sum(net_minor), sum(points) FROM sales WHERE business_date = '\(day)'
            GROUP BY branch ORDER BY branch
            """
        let liabilitySQL = "SELECT wallet, kind, lots, remaining FROM liability"
        return [
            ("a member by phone", try lookUp(phones, isOursFirst)),
            ("members by tag", try compare(tagSQL, isOursFirst)),
            ("a report over one day's sales", try compare(daySQL, isOursFirst)),
            ("points liability", try compare(liabilitySQL, isOursFirst)),
        ]
    }

    private func lookUp(_ phones: [String], _ isOursFirst: Bool) throws -> Figure.Round {
        let (reader, plain) = (hub.reader, plain)
        return try alternate(
            isOursFirst, each: phones.count,
            ours: {
                for phone in phones {
                    guard try !reader.members(kind: "phone", value: phone).isEmpty else { throw Self.different }
                }
            },
            twin: {
                for phone in phones {
                    guard try plain.member(withPhone: phone) > 0 else { throw Self.different }
                }
            })
    }

    private func compare(_ sql: String, _ isOursFirst: Bool) throws -> Figure.Round {
        var (ours, twin) = (-1, -2)
        let round = try alternate(
            isOursFirst, each: 1,
            ours: { ours = try hub.reader.query(sql, rowsMax: bench.members).rows.count },
            twin: { twin = try plain.count(sql) })
        guard ours == twin else { throw Self.different }
        return round
    }

    private func alternate(
        _ isOursFirst: Bool, each count: Int, ours: () throws -> Void, twin: () throws -> Void
    ) throws -> Figure.Round {
        let early = isOursFirst ? try bench.seconds(ours) : 0
        let plain = try bench.seconds(twin)
        let late = isOursFirst ? early : try bench.seconds(ours)
        return Figure.Round(ours: late * 1_000 / Double(count), twin: plain * 1_000 / Double(count))
    }

    private static let different = BenchmarkFault.workNotDone("the answers differ")

    // MARK: The same on both sides

    private func fillMembers() throws {
        var author = Author(1)
        for batch in MergeMeasures.batches(Array(set.rows.indices), Self.batchOperations) {
            let arrivals = batch.flatMap { index in
                let row = set.rows[index]
                return [author.creation(of: row), author.tag(row.id, Self.tag(index % Self.tags))]
            }
            try accept(arrivals)
            try plain.transaction {
                for index in batch { try plain.add(set.rows[index], tag: Self.tag(index % Self.tags)) }
            }
        }
    }

    /// One sale for every two members, written by a branch as branches do.
    private func fillSales() throws {
        let branch = try ReplicaStore.createInMemory(as: Parties.identity(.node, 2, epoch: nil))
        var next: UInt64 = 1
        for batch in MergeMeasures.batches(Array(0..<set.rows.count / 2), Self.batchOperations) {
            let sales = try batch.map { try sale($0) }
            for sale in sales {
                let moment = ReplicaStore.Moment(nowMilliseconds: Parties.nowMilliseconds, salt: Parties.salt)
                guard case .recorded = try branch.record(sale, at: moment) else {
                    throw BenchmarkFault.workNotDone("a sale was not recorded")
                }
            }
            let operations = try branch.operations(of: Parties.actor(2), from: next)
            next += UInt64(operations.count)
            try accept(operations.map { ReplicaStore.Arrival(operation: $0, node: NodeID(2)) })
            try plain.transaction { for sale in sales { try plain.add(sale) } }
        }
    }

    private func sale(_ number: Int) throws -> Sale {
        guard let date = CivilDate(Self.day(number % Self.days)) else { throw Self.different }
        let net = Int64(1_000 + random.below(50_000))
        return Sale(
            id: RecordID(UInt128(random.next()) << 64 | UInt128(number)),
            member: set.rows[random.below(set.rows.count)].id, till: "till-1", reference: "\(number)",
            occurredAtMilliseconds: Parties.nowMilliseconds, businessDate: date,
            netMinor: net, points: net / 100, ruleRevision: 0,
            lines: [SaleLine(product: "p1", quantityMilli: 1_000, netMinor: net, discountMinor: 0)])
    }

    private func accept(_ arrivals: [ReplicaStore.Arrival]) throws {
        let acceptance = try hub.accept(
            arrivals, nowMilliseconds: Parties.nowMilliseconds, toleranceMilliseconds: Parties.toleranceMilliseconds)
        guard acceptance.entries.count == arrivals.count else {
            throw BenchmarkFault.workNotDone("the hub did not accept every operation")
        }
    }

    private static func tag(_ number: Int) -> String { "tag-\(number)" }
    /// Of one month.
    private static func day(_ number: Int) -> String { "2025-10-\(number < 9 ? "0" : "")\(number + 1)" }
}

extension BenchmarkSuite {
    static func query(_ bench: Workbench, _ progress: (String) -> Void) throws -> [Observation] {
        progress("\(bench.members) members, and a sale for every two")
        let measures = try QueryMeasures(bench)
        var rounds: [[(name: String, round: Figure.Round)]] = []
        for round in 1...bench.rounds {
            progress("round \(round): questions")
            rounds.append(try measures.round(isOursFirst: round.isMultiple(of: 2)))
        }
        try bench.removeFiles()
        return rounds[0].indices.flatMap { index in
            let (name, each) = ("query: " + rounds[0][index].name, rounds.map { $0[index].round })
            return [
                Observation(name + ", merged view", Figure.median(each.map(\.ours)), "ms"),
                Observation(name + ", plain table", Figure.median(each.map(\.twin)), "ms"),
                Observation(name + ", merged view ÷ plain table", Figure.median(each.map(\.ratio)), "ratio"),
            ]
        }
    }
}
