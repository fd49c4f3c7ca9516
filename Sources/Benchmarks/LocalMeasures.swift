import Loyalty
import ReplicaStore
import Replication

/// T6 to T8: what a branch writes itself, with log, clocks and digests.
struct LocalMeasures {
    let bench: Workbench
    private var set: MemberSet
    private let branch: ReplicaStore
    private let plain: PlainTable
    private(set) var inserts: Figure.Round

    private static let batch = 1_000
    /// One flush each: enough to tell, few enough for a slow disk.
    private static let singles = 2_000

    /// Fills both sides with all members; that is T6's measurement.
    init(_ bench: Workbench, isOursFirst: Bool) throws {
        self.bench = bench
        set = MemberSet(count: bench.members)
        branch = try Parties.branch(1, at: bench.path("branch"))
        plain = try PlainTable(at: bench.path("plain-branch"))
        inserts = Figure.Round(ours: 0, twin: 0)
        let (rows, branch) = (set.rows, branch)
        let requests = rows.map { Self.request($0.id, $0.changes, creates: true) }
        inserts = try compare(isOursFirst, rows, .insert, Self.batch) {
            try MergeMeasures.inBatches(requests, Self.batch) { try Self.write($0, to: branch) }
        }
    }

    mutating func updates(isOursFirst: Bool) throws -> Figure.Round {
        let rows = set.randomOrder().map { set.update($0) }
        let (requests, branch) = (rows.map(Self.update), branch)
        return try compare(isOursFirst, rows, .update, Self.batch) {
            try MergeMeasures.inBatches(requests, Self.batch) { try Self.write($0, to: branch) }
        }
    }

    /// The way of a till's edit: one transaction, one flush.
    mutating func singles(isOursFirst: Bool) throws -> Figure.Round {
        let rows = set.randomOrder().prefix(Self.singles).map { set.update($0) }
        let (requests, branch) = (rows.map(Self.update), branch)
        let moment = ReplicaStore.Moment(nowMilliseconds: Parties.nowMilliseconds, salt: Parties.salt)
        return try compare(isOursFirst, rows, .update, 1) {
            for request in requests {
                guard case .written = try branch.edit(request, at: moment) else {
                    throw BenchmarkFault.workNotDone("the branch did not write an edit")
                }
            }
        }
    }

    private static func update(_ row: MemberSet.Row) -> EditRequest {
        request(
            row.id, [.set(.homeBranch, row.homeBranch), .set(.lastVisitAt, row.lastVisitAt)], creates: false)
    }

    private static func request(_ id: RecordID, _ changes: [EditRequest.Change], creates: Bool) -> EditRequest {
        EditRequest(member: id, creates: creates, author: "till-1", changes: changes)
    }

    private static func write(_ requests: ArraySlice<EditRequest>, to branch: ReplicaStore) throws {
        let written = try branch.edit(Array(requests), at: Parties.nowMilliseconds) { Parties.salt }
        guard written == requests.count else {
            throw BenchmarkFault.workNotDone("the branch wrote \(written) of \(requests.count) edits")
        }
    }

    private func compare(
        _ isOursFirst: Bool, _ rows: [MemberSet.Row], _ statement: PlainTable.Statement, _ count: Int,
        _ work: () throws -> Void
    ) throws -> Figure.Round {
        let early = isOursFirst ? try bench.seconds(work) : 0
        let plain = plain
        let twin = try bench.seconds {
            try MergeMeasures.inBatches(rows, count) { try plain.write($0, with: statement) }
        }
        let ours = isOursFirst ? early : try bench.seconds(work)
        return Figure.Round(ours: Double(rows.count) / ours, twin: Double(rows.count) / twin)
    }
}
