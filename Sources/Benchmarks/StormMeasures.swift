import Foundation
import Loyalty
import NIOCore
import NIOPosix
import NodeEngine
import NodeService
import ReplicaStore
import Replication
import Synchronization

/// A hub comes back, and all its nodes with it, each with something to tell all others.
final class StormMeasures {
    private let bench: Workbench
    private let chain: Chain
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    private var nodes: [NodeService] = []
    private var set: MemberSet
    private var head: UInt64 = 0
    private let questions = Questions()

    private static let nodesMax = 300
    /// A node in this process: its database over three connections, its socket and the hub's end of it, its door.
    private static let filesPerNode = 16
    private static let filesForOthers = 200
    private static let membersPerNode = 500
    private static let editsPerNode = 10
    private static let secondsMax: UInt64 = 300
    private static let pauseMicroseconds: UInt32 = 10_000

    init(_ bench: Workbench) throws {
        self.bench = bench
        let count = min(
            Self.nodesMax, (bench.machine.openFilesMax - Self.filesForOthers) / Self.filesPerNode,
            max(2, bench.members / Self.membersPerNode))
        chain = try Chain(on: bench, named: "storm", branches: count)
        set = MemberSet(count: count)
    }

    var count: Int { self.set.rows.count }

    func stop() throws {
        try chain.stop()
        try group.syncShutdownGracefully()
    }

    /// Everybody connected and equal, each node with a member of its own.
    func prepare() throws {
        try chain.startHub()
        nodes = try set.rows.indices.map { try chain.startNode($0, on: group) }
        for (node, row) in zip(nodes, set.rows) { try write(row, creates: true, at: node) }
        head = UInt64(count)
        try wait { $0.isConnected && isEqual($0) }
    }

    func run() throws -> [Observation] {
        chain.stopHub()
        for number in 1...Self.editsPerNode {
            for (index, node) in nodes.enumerated() {
                var row = set.rows[index]
                row.homeBranch = "n\(number)"
                try write(row, creates: false, at: node)
            }
        }
        head += UInt64(count * Self.editsPerNode)
        questions.clear()
        let start = bench.nowNanoseconds()
        try chain.startHub()
        let connected = try wait { $0.isConnected } - start
        let heard = try wait { $0.isConnected && $0.waitingOperations == 0 } - start
        let equal = try wait { $0.isConnected && isEqual($0) } - start
        guard Set(try nodes.map { try status(of: $0).digest }).count == 1 else {
            throw BenchmarkFault.workNotDone("not all nodes hold the same")
        }
        return observations(connected, heard, equal)
    }

    private func observations(_ connected: UInt64, _ heard: UInt64, _ equal: UInt64) -> [Observation] {
        let operations = Double(count * Self.editsPerNode)
        let ascending = questions.ascending
        return [
            Observation("storm: nodes that come back at once", Double(count), "nodes"),
            Observation("storm: waiting at each", Double(Self.editsPerNode), "operations"),
            Observation("storm: until the last is connected", Double(connected) / 1e9, "s"),
            Observation("storm: until the hub has heard everything", Double(heard) / 1e9, "s"),
            Observation("storm: until all are equal", Double(equal) / 1e9, "s"),
            Observation("storm: taken in by the hub", operations / Double(heard) * 1e9, "operations/s"),
            Observation(
                "storm: delivered to nodes", operations * Double(count - 1) / Double(equal) * 1e9, "operations/s"),
            Observation("storm: a till's question to the hub", Double(ascending.count), "answers"),
            Observation(
                "storm: the same, median", BenchmarkSuite.microseconds(ascending, 50) / 1_000, "ms"),
            Observation(
                "storm: the same, 99th percentile", BenchmarkSuite.microseconds(ascending, 99) / 1_000, "ms"),
        ]
    }

    // MARK: Asking

    private func isEqual(_ status: NodeStatus) -> Bool {
        status.waitingOperations == 0 && status.appliedPosition >= head
    }

    /// Asks all nodes again and again, and a till's question in between; returns the time at which all had answered
    /// with yes.
    @discardableResult
    private func wait(_ isTrue: (NodeStatus) -> Bool) throws -> UInt64 {
        var left = nodes
        let start = bench.nowNanoseconds()
        while true {
            left = try left.filter { !isTrue(try status(of: $0)) }
            let now = bench.nowNanoseconds()
            if left.isEmpty { return now }
            guard now - start < Self.secondsMax * 1_000_000_000 else {
                throw BenchmarkFault.workNotDone("\(left.count) of \(count) nodes did not get there in time")
            }
            usleep(Self.pauseMicroseconds)
        }
    }

    /// What a cashier asks about a member of another branch, one question after the other.
    private func askHub() {
        guard let first = nodes.first, let last = set.rows.last else { return }
        questions.ask(.wallets(last.id), at: first, bench.machine)
    }

    private func status(of node: NodeService) throws -> NodeStatus {
        askHub()
        guard case .status(let status) = node.answer(to: .status) else {
            throw BenchmarkFault.workNotDone("a node has no status")
        }
        return status
    }

    private func write(_ row: MemberSet.Row, creates: Bool, at node: NodeService) throws {
        let changes = row.changes.filter { creates || $0.slot.field == MemberField.homeBranch.rawValue }
        let edit = EditRequest(member: row.id, creates: creates, author: "till-1", changes: changes)
        guard case .edit(let outcome) = node.answer(to: .edit(edit)), case .written = outcome else {
            throw BenchmarkFault.workNotDone("an edit was not written")
        }
    }
}

/// How long the hub's answers took.
private final class Questions: Sendable {
    private struct State {
        var isOpen = false
        var nanoseconds: [UInt64] = []
    }

    private let state = Mutex(State())

    var ascending: [UInt64] { state.withLock { $0.nanoseconds.sorted() } }

    func clear() { state.withLock { $0.nanoseconds = [] } }

    /// Nothing while another is open. Counts only where the hub itself has answered.
    func ask(_ request: TillRequest, at node: NodeService, _ machine: Workbench.Machine) {
        let isFirst = state.withLock { state in
            defer { state.isOpen = true }
            return !state.isOpen
        }
        guard isFirst else { return }
        let (since, start) = (machine.nowMilliseconds(), machine.nowNanoseconds())
        node.perform(request) { answer in
            let end = machine.nowNanoseconds()
            self.state.withLock { $0.isOpen = false }
            guard case .wallets(let wallets) = answer, wallets.summaryAtMilliseconds ?? 0 >= since else { return }
            self.state.withLock { $0.nanoseconds.append(end - start) }
        }
    }
}

extension BenchmarkSuite {
    static func storm(_ bench: Workbench, _ progress: (String) -> Void) throws -> [Observation] {
        let measures = try StormMeasures(bench)
        progress("\(measures.count) nodes join")
        try measures.prepare()
        progress("the hub goes and comes back")
        let storm = try measures.run()
        try measures.stop()
        try bench.removeFiles()
        let idle = try IdleMeasures(bench).run(progress)
        try bench.removeFiles()
        return storm + idle
    }
}

extension Observation {
    init(_ name: String, _ value: Double, _ unit: String) { self.init(name: name, value: value, unit: unit) }
}
