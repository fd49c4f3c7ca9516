import Foundation
import Glibc
import HubService
import NIOCore
import NIOPosix
import NodeEngine
import NodeService
import ReplicaStore
import SyncProtocol

/// T11 and T12: from a newcomer's first word until it holds what the hub holds, and both have compared it.
final class BootstrapMeasures {
    private let bench: Workbench
    private let chain: Chain
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var joined = 0
    private var rounds: [Round] = []

    private struct Round {
        /// The first to come, for whom the hub makes an image, and the second.
        let first: Arrival
        let second: Arrival
        let copySeconds: Double
        let byLog: Arrival
        let insertSeconds: Double
    }

    private static let newcomersPerRound = 3
    private static let secondsMax: UInt64 = 3_600
    private static let pauseMicroseconds: UInt32 = 2_000
    private static let batchRows = 1_000

    init(_ bench: Workbench) throws {
        self.bench = bench
        chain = try Chain(on: bench, named: "bootstrap", branches: bench.rounds * Self.newcomersPerRound)
        let store = try chain.directory.store()
        var crowd = Crowd(Headquarters(store))
        try crowd.grow(to: bench.members)
        store.close()
    }

    func run(_ progress: (String) -> Void) throws -> Findings {
        for number in 1...bench.rounds { rounds.append(try round { progress("round \(number): \($0)") }) }
        try chain.stop()
        try group.syncShutdownGracefully()
        let members = Double(bench.members)
        var findings = Findings(figures: [
            Figure(.bootstrap, rounds.map { Figure.Round(ours: $0.second.seconds, twin: $0.copySeconds) }),
            Figure(
                .rowStream,
                rounds.map { Figure.Round(ours: members / $0.byLog.seconds, twin: members / $0.insertSeconds) }),
        ])
        note(in: &findings)
        return findings
    }

    private func round(_ progress: (String) -> Void) throws -> Round {
        try startHub(imageLogEntriesMin: 1)
        progress("a newcomer, for whom an image is made")
        let first = try newcomer()
        progress("a newcomer takes the image that is there")
        let second = try newcomer()
        chain.stopHub()
        progress("a backup and a copy")
        let copySeconds = try copied(chain.directory.imagePath)
        guard first.hasTakenImage, second.hasTakenImage else {
            throw BenchmarkFault.workNotDone("a newcomer was given no image")
        }
        progress("a newcomer reads the log")
        try startHub(imageLogEntriesMin: .max)
        let byLog = try newcomer()
        chain.stopHub()
        return Round(
            first: first, second: second, copySeconds: copySeconds, byLog: byLog, insertSeconds: try inserted())
    }

    private func note(in findings: inout Findings) {
        func note(_ name: String, _ unit: String = "s", _ value: (Round) -> Double) {
            findings.note("bootstrap: \(name)", Figure.median(rounds.map(value)), unit)
        }
        let imageBytes = bench.bytes(ofFile: chain.directory.imagePath)
        findings.note("bootstrap: the image", Double(imageBytes) / 1e6, "MB")
        note("its backup and copy") { $0.copySeconds }
        note("a newcomer, until the image is offered") { $0.second.untilOffered }
        note("until it is taken") { $0.second.untilTaken }
        note("until both have compared") { $0.second.seconds }
        note("the first newcomer, until the image is made and offered") { $0.first.untilOffered }
        note("the first newcomer, until both have compared") { $0.first.seconds }
        note("the first newcomer ÷ backup and copy", "ratio") { $0.first.seconds / $0.copySeconds }
        note("a newcomer that reads the log") { $0.byLog.seconds }
    }

    // MARK: The twins

    private func copied(_ path: String) throws -> Double {
        let (backup, copy) = (bench.path("backup"), bench.path("copy"))
        defer { for file in [backup, copy] { try? FileManager.default.removeItem(atPath: file) } }
        return try bench.seconds {
            try PlainCopy.backUp(path, to: backup)
            try PlainCopy.copy(backup, to: copy)
        }
    }

    private func inserted() throws -> Double {
        let path = bench.path("plain")
        let table = try PlainTable(at: path)
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        var seconds = 0.0
        for start in stride(from: 0, to: bench.members, by: Self.batchRows) {
            let rows = (start..<min(start + Self.batchRows, bench.members)).map(MemberSet.row(numbered:))
            seconds += try bench.seconds { try table.write(rows[...], with: .insert) }
        }
        return seconds
    }

    // MARK: The chain

    private func startHub(imageLogEntriesMin: UInt64) throws {
        var pace = Pace()
        pace.imageLogEntriesMin = imageLogEntriesMin
        try chain.startHub(pace: pace)
    }

    private func newcomer() throws -> Arrival {
        let (index, times) = (joined, NoticeTimes(bench))
        joined += 1
        defer { try? FileManager.default.removeItem(atPath: chain.branches[index].path) }
        let start = bench.nowNanoseconds()
        let node = try chain.startNode(index, on: group, logger: times.logger)
        defer { chain.stop(node) }
        while true {
            guard case .status(let status) = node.answer(to: .status) else {
                throw BenchmarkFault.workNotDone("a node has no status")
            }
            if status.auditedThrough ?? 0 >= UInt64(bench.members) { break }
            guard bench.nowNanoseconds() - start < Self.secondsMax * 1_000_000_000 else {
                throw BenchmarkFault.workNotDone("the newcomer did not get there in time")
            }
            usleep(Self.pauseMicroseconds)
        }
        let end = bench.nowNanoseconds()
        guard try node.reader.count(.members) == Int64(bench.members) else {
            throw BenchmarkFault.workNotDone("the newcomer does not hold all members")
        }
        return Arrival(start: start, end: end, times: times)
    }
}

/// How long a newcomer's way was, and its parts.
private struct Arrival {
    let start: UInt64
    let end: UInt64
    let times: NoticeTimes

    var seconds: Double { Double(end - start) / 1e9 }
    var untilOffered: Double { until("beginning with a database") }
    var untilTaken: Double { until("database taken") }
    var hasTakenImage: Bool { !untilTaken.isNaN }

    private func until(_ notice: String) -> Double {
        times.time(of: notice).map { Double($0 - start) / 1e9 } ?? .nan
    }
}
