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
    let holds = HoldBook()
    let toppingUp = Occupancy()

    var identity: ReplicaIdentity { node.identity }

    func edit(_ request: EditRequest) async throws(Problem) -> ReplicaStore.EditOutcome {
        try await ask(.edit(request)) { if case .edit(let outcome) = $0 { outcome } else { nil } }
    }

    func record(_ sale: Sale) async throws(Problem) -> ReplicaStore.SaleOutcome {
        try await ask(.sale(sale)) { if case .sale(let outcome) = $0 { outcome } else { nil } }
    }

    func quote(_ checkout: Checkout) async throws(Problem) -> QuoteOutcome {
        try await ask(.quote(checkout)) { if case .quote(let outcome) = $0 { outcome } else { nil } }
    }

    func sell(_ checkout: Checkout) async throws(Problem) -> CheckoutOutcome {
        try await ask(.checkout(checkout)) { if case .checkout(let outcome) = $0 { outcome } else { nil } }
    }

    func reserve(_ checkout: Checkout) async throws(Problem) -> ReserveOutcome {
        try await ask(.reserve(checkout)) { if case .reserve(let outcome) = $0 { outcome } else { nil } }
    }

    /// A courtesy to others: what does not get there stays this branch's to spend.
    func handBack(_ authorizations: [RecordID]) async {
        guard !authorizations.isEmpty else { return }
        _ = await perform(.handBack(authorizations))
    }

    func refund(_ request: RefundRequest) async throws(Problem) -> RefundOutcome {
        try await ask(.refund(request)) { if case .refund(let outcome) = $0 { outcome } else { nil } }
    }

    func record(_ topUp: TopUp) async throws(Problem) -> ReplicaStore.LedgerOutcome {
        try await ask(.topUp(topUp)) { if case .topUp(let outcome) = $0 { outcome } else { nil } }
    }

    func wallets(of member: RecordID) async throws(Problem) -> MemberWallets {
        try await ask(.wallets(member)) { if case .wallets(let wallets) = $0 { wallets } else { nil } }
    }

    /// What the hub knows of a coupon, where it can be asked.
    func told(of code: CouponCode) async throws(Problem) -> ToldCoupon? {
        try await ask(.coupon(code)) { if case .coupon(let told) = $0 { .some(told) } else { nil } }
    }

    func status() async throws(Problem) -> NodeStatus {
        switch await perform(.status) {
        case .status(let status): return status
        case _: throw Problem(.notReady)
        }
    }

    private func ask<Outcome: Sendable>(
        _ request: TillRequest, _ outcome: (TillAnswer) -> Outcome?
    ) async throws(Problem) -> Outcome {
        let answer = await perform(request)
        switch answer {
        case .diskFull?: throw Problem(.diskFull)
        case .stopping?: throw Problem(.unavailable)
        case _: break
        }
        guard let outcome = answer.flatMap(outcome) else { throw Problem(.noAnswer) }
        return outcome
    }

    // MARK: What many questions need

    /// When something happened: now, where a till leaves it to us.
    func time(_ given: UInt64?) throws(Problem) -> UInt64 {
        let now = nowMilliseconds()
        let time = given ?? now
        guard time <= now + TillLimits.clockAheadMillisecondsMax else { throw Problem(.timeAhead("occurred_at")) }
        return time
    }

    func date(ofMilliseconds time: UInt64) throws(Problem) -> CivilDate {
        guard let date = calendar.businessDate(ofMilliseconds: time) else { throw Problem(.notATime("occurred_at")) }
        return date
    }

    /// Sales have their ids for themselves in the books; to a till, one id is one thing.
    func refuseSale(_ id: RecordID) async throws(Problem) {
        guard try await read({ try $0.sale(id) }) == nil else { throw Problem(.duplicateID, field: "id") }
    }

    func isMemberKnown(_ member: RecordID?) async throws(Problem) -> Bool {
        guard let member else { return true }
        return try await read { try $0.member(member) }.map { !$0.isDeleted } ?? false
    }

    /// As it was issued, or else as its seal says.
    func known(_ coupon: RecordID, _ tokens: [CouponToken]) async throws(Problem) -> KnownCoupon? {
        if let known = try await read({ try $0.coupon(coupon) }) { return known }
        return tokens.first { $0.coupon.id == coupon }.map(KnownCoupon.init)
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
