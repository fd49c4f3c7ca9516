import Localization
import Logging
import Loyalty
import NIOCore
import NIOPosix
import NodeEngine
import NodeService
import ReplicaStore
import Replication
import Synchronization

/// Where the till's questions meet the node: what decides goes to the engine, what reads to the store's reader.
struct TillDesk: Sendable {
    let node: NodeService
    let calendar: ChainCalendar
    let nowMilliseconds: @Sendable () -> UInt64
    let mint: IdentifierMint
    let group: any EventLoopGroup
    let answerMillisecondsMax: Int64
    let logger: Logger

    var identity: ReplicaIdentity { node.identity }

    func edit(_ request: EditRequest) async throws(Problem) -> ReplicaStore.EditOutcome {
        switch await perform(.edit(request)) {
        case .edit(let outcome): return outcome
        case .diskFull: throw Problem(.diskFull)
        case .stopping: throw Problem(.unavailable)
        case _: throw Problem(.noAnswer)
        }
    }

    func record(_ sale: Sale) async throws(Problem) -> ReplicaStore.SaleOutcome {
        switch await perform(.sale(sale)) {
        case .sale(let outcome): return outcome
        case .diskFull: throw Problem(.diskFull)
        case .stopping: throw Problem(.unavailable)
        case _: throw Problem(.noAnswer)
        }
    }

    func status() async throws(Problem) -> NodeStatus {
        switch await perform(.status) {
        case .status(let status): return status
        case _: throw Problem(.notReady)
        }
    }

    /// SQLite blocks, and a name's search reads every member: not on the threads that serve everybody.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (ReplicaReader) throws -> Value
    ) async throws(Problem) -> Value {
        let reader = node.reader
        do {
            return try await NIOThreadPool.singleton.runIfActive { try body(reader) }
        } catch {
            logger.error("the store cannot be read", metadata: ["error": "\(error)"])
            throw Problem(.notReady)
        }
    }

    /// Nil where the engine has not answered in time.
    private func perform(_ request: TillRequest) async -> TillAnswer? {
        await withCheckedContinuation { continuation in
            let answer = FirstAnswer(continuation)
            let limit = group.next().scheduleTask(in: .milliseconds(answerMillisecondsMax)) { answer.give(nil) }
            node.perform(request) {
                limit.cancel()
                answer.give($0)
            }
        }
    }
}

/// Passes the first answer on, and forgets the others.
private final class FirstAnswer: Sendable {
    private let waiting: Mutex<CheckedContinuation<TillAnswer?, Never>?>

    init(_ continuation: CheckedContinuation<TillAnswer?, Never>) { waiting = Mutex(continuation) }

    func give(_ answer: TillAnswer?) { waiting.withLock { $0.take() }?.resume(returning: answer) }
}

/// Makes identifiers that nobody else makes, and that sort by their time: UUIDs of version 7.
final class IdentifierMint: Sendable {
    private let random: Mutex<any RandomNumberGenerator & Sendable>

    init(random: any RandomNumberGenerator & Sendable) { self.random = Mutex(random) }

    func identifier(nowMilliseconds: UInt64) -> RecordID {
        let (high, low) = random.withLock { ($0.next(), $0.next()) }
        let top = (nowMilliseconds << 16) | 0x7000 | (high & 0x0fff)
        let bottom = (1 << 63) | (low >> 2)
        return RecordID(UInt128(top) << 64 | UInt128(bottom))
    }
}
