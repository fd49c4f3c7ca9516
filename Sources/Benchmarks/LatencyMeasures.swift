import Foundation
import HubService
import LatencyTwin
import Loyalty
import NodeEngine
import NodeService
import Replication

/// T13 and T14: from a till's edit at branch A until branch B's reader sees it, by way of the hub.
///
/// The clock runs from before the request is put to A's node until another connection to B's database reads the new
/// value; the next edit begins when A, too, has heard of its own. The product never writes with less than
/// `synchronous=FULL`, so its twin does as well: in memory, where a flush costs nothing, that is what NORMAL is.
final class LatencyMeasures {
    private let bench: Workbench
    private let chain: Chain
    private let a: NodeService
    private let atA: CommitWatch
    private let atB: CommitWatch
    private var set: MemberSet
    private var written = 0

    private static let members = 100
    /// A disk may take ten milliseconds for a flush.
    private var samplesMax: Int { bench.storage == .disk ? 1_000 : 4_000 }
    private static let samplesMin = 50
    /// The same for both sides, before each round.
    private var warmUpSamples: Int { min(samples, 200) }

    /// With the usual number of members forty are beyond the 99th percentile.
    private var samples: Int { min(max(bench.members / 50, Self.samplesMin), samplesMax) }

    init(_ bench: Workbench) throws {
        self.bench = bench
        chain = try Chain(on: bench, named: "latency", branches: 2)
        set = MemberSet(count: Self.members)
        try chain.startHub()
        a = try chain.startNode(0)
        _ = try chain.startNode(1)
        atA = try CommitWatch(
            chain.branches[0].databasePath,
            select: "SELECT hub_sequence IS NOT NULL FROM op ORDER BY position DESC LIMIT 1", on: bench)
        atB = try CommitWatch(
            chain.branches[1].databasePath, select: "SELECT home_branch FROM member WHERE id = ?", on: bench)
        try createMembers()
    }

    func stop() throws { try chain.stop() }

    /// Nanoseconds, ascending.
    func ours() throws -> [UInt64] {
        latency_sharp_timer()
        for _ in 0..<warmUpSamples { _ = try change() }
        return try (0..<samples).map { _ in try change() }.sorted()
    }

    func twin() throws -> [UInt64] {
        let folder = bench.path("twin")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var samples = [UInt64](repeating: 0, count: samples)
        var message = [CChar](repeating: 0, count: 200)
        let isDone = latency_twin(
            chain.directory.path + "/hub", chain.branches[0].path + "/node", chain.branches[1].path + "/node",
            chain.directory.path + "/ca.pem", folder, true, &samples, samples.count, warmUpSamples, &message,
            message.count)
        guard isDone else {
            let words = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw BenchmarkFault.workNotDone("the twin: \(words)")
        }
        return samples.sorted()
    }

    private func createMembers() throws {
        for row in set.rows { edit(row, creates: true) }
        guard let last = set.rows.last else { return }
        try atB.wait(for: last.homeBranch, of: last.id)
    }

    private func change() throws -> UInt64 {
        written += 1
        var row = set.update(written % set.rows.count)
        row.homeBranch = "n\(written)"
        atB.forget()
        let start = bench.nowNanoseconds()
        edit(row, creates: false)
        try atB.wait(for: row.homeBranch, of: row.id)
        let end = bench.nowNanoseconds()
        try atA.wait(for: "1")
        return end - start
    }

    private func edit(_ row: MemberSet.Row, creates: Bool) {
        let changes = row.changes.filter { creates || MemberSet.updatedSlots.contains($0.slot) }
        a.perform(.edit(EditRequest(member: row.id, creates: creates, author: "till-1", changes: changes))) { _ in }
    }
}

extension BenchmarkSuite {
    static func latency(_ bench: Workbench, _ progress: (String) -> Void) throws -> [Figure] {
        let measures = try LatencyMeasures(bench)
        var medians: [Figure.Round] = []
        var tails: [Figure.Round] = []
        for round in 1...bench.rounds {
            progress("round \(round): one change at a time")
            let isOursFirst = round.isMultiple(of: 2)
            let early = isOursFirst ? try measures.ours() : []
            let twin = try measures.twin()
            let ours = isOursFirst ? early : try measures.ours()
            medians.append(Figure.Round(ours: microseconds(ours, 50), twin: microseconds(twin, 50)))
            tails.append(Figure.Round(ours: microseconds(ours, 99), twin: microseconds(twin, 99)))
        }
        try measures.stop()
        try bench.removeFiles()
        switch bench.storage {
        case .memory: return [Figure(.latency, medians), Figure(.latencyTail, tails)]
        case .disk: return [Figure(.latencyTail, tails), Figure(.latencyFlushed, medians)]
        }
    }

    /// A percentile of samples in ascending order, in nanoseconds.
    static func microseconds(_ ascending: [UInt64], _ percentile: Int) -> Double {
        guard !ascending.isEmpty else { return .nan }
        return Double(ascending[min(ascending.count - 1, ascending.count * percentile / 100)]) / 1_000
    }
}
