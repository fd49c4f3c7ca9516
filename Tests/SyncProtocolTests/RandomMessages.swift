import LineCodec
import Replication
import SyncProtocol
import TestSupport

/// Messages from small domains with awkward contents: empty fields, escapes, the largest numbers.
struct RandomMessages {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    static let cases: [@Sendable (inout RandomMessages) -> Message] = [
        { .join(Join(token: $0.bytes($0.random.below(33)), software: $0.text())) },
        { .joined($0.joined()) },
        { _ in .renew },
        { .renewed(certificate: $0.text()) },
        { .hello($0.hello()) },
        { .welcome($0.welcome()) },
        { .push(Push(actor: $0.actor(), from: $0.positive(), chain: $0.bytes(32))) },
        { .operation(PushedOperation($0.operation())) },
        { .acknowledge($0.head()) },
        { .entry($0.entry()) },
        { .stamp(OwnStamp(dot: $0.dot(), stamp: $0.stamp($0.time()))) },
        { .stamps($0.run()) },
        { .mark(Mark(position: $0.number(), digest: UInt128($0.number()) << 64 | 7)) },
        { .applied(Applied(position: $0.number(), credit: $0.number())) },
        { .authorize($0.authorizationRequest()) },
        { .grant(Grant(authorization: $0.identifier(), entry: $0.entry())) },
        { .deny($0.denial()) },
        { .recall($0.recall()) },
        { .yield(Yield(recall: $0.identifier(), through: $0.number())) },
        { .ask(Question(id: $0.number(), words: $0.texts(upTo: 4))) },
        { .answer(Answer(id: $0.number(), code: $0.code(), fields: $0.texts(upTo: 3).map(Optional.some) + [nil])) },
        { .image($0.image()) },
        { .fetch(ImageFetch(hash: $0.bytes(32), from: $0.number(), through: $0.number())) },
        { .ping($0.number()) },
        { .pong($0.number()) },
        { .busy(retryMilliseconds: $0.number()) },
        { .error($0.random.pick(ErrorCode.allCases), detail: $0.text()) },
        { _ in .bye },
        { .request(id: $0.number(), arguments: $0.texts(upTo: 4)) },
        { .row(id: $0.number(), fields: $0.texts(upTo: 3).map(Optional.some) + [nil]) },
        { .done(id: $0.number()) },
        { .failed(id: $0.number(), code: $0.code(), detail: $0.text()) },
    ]

    mutating func image() -> ImageOffer {
        ImageOffer(
            position: HubPosition(epoch: epoch(), sequence: number()), format: code(), bytes: positive(),
            hash: bytes(32))
    }

    mutating func message() -> Message { random.pick(Self.cases)(&self) }

    mutating func operation() -> Operation {
        Operation(
            dot: dot(), observed: Observed(list(upTo: 2) { HubPosition(epoch: $0.epoch(), sequence: $0.number()) }),
            time: time(), audience: audience(), kind: OperationKind(rawValue: code()), publicBody: text().bytes,
            personal: random.chance(percent: 50) ? PersonalPart(salt: bytes(16), body: bytes(random.below(9))) : nil)
    }

    mutating func entry() -> LogEntry {
        let operation = operation()
        return LogEntry(operation: operation, stamp: stamp(random.chance(percent: 50) ? operation.time : time()))
    }

    mutating func number() -> UInt64 {
        random.chance(percent: 70) ? UInt64(random.below(12)) : random.pick([1 << 63 - 1, 1 << 62, 1_000_000])
    }

    mutating func positive() -> UInt64 { max(1, number()) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in random.pick([0, 9, 10, 13, 45, 92, 127, 128, 255]) }
    }

    mutating func text() -> String {
        let pieces = ["", "a", "-", "\\", "\t", "\n", "\\-", "\r", "é", "e\u{301}", "🧾", "\0", ",", ":", " "]
        return (0..<random.below(5)).map { _ in random.pick(pieces) }.joined()
    }

    mutating func code() -> String {
        random.pick(["sale", "member", "x", "a.b_c-9", String(repeating: "z", count: 32)])
    }

    private mutating func texts(upTo count: Int) -> [String] { list(upTo: count) { $0.text() } }

    private mutating func list<Element>(upTo count: Int, _ make: (inout Self) -> Element) -> [Element] {
        (0..<random.below(count + 1)).map { _ in make(&self) }
    }

    private mutating func actor() -> ActorID { ActorID(UInt128(random.below(3)) << 100 | UInt128(random.below(3))) }

    private mutating func epoch() -> EpochID { EpochID(UInt128(number())) }

    private mutating func dot() -> Dot { Dot(actor(), positive()) }

    private mutating func time() -> HybridTime { HybridTime(number()) }

    private mutating func head() -> ActorHead {
        ActorHead(actor: actor(), sequence: number(), chain: bytes(32))
    }

    private mutating func audience() -> Audience {
        switch random.below(3) {
        case 0: .chain
        case 1: .hub
        default: .nodes([3, 17, UInt32.max].prefix(1 + random.below(3)).map { NodeID($0) })
        }
    }

    private mutating func stamp(_ time: HybridTime) -> Stamp {
        let reason = VerdictReason(rawValue: code())
        return Stamp(
            hubSequence: positive(), effectiveTime: time,
            verdict: random.pick([.ok, .flagged(reason), .void(reason)]))
    }

    private mutating func run() -> StampRun {
        StampRun(
            firstDot: Dot(actor(), UInt64(1 + random.below(9))), firstPosition: UInt64(1 + random.below(9)),
            count: UInt64(1 + random.below(5)))
    }

    mutating func identifier() -> UInt128 { UInt128(number()) << 64 | UInt128(random.below(3)) }

    mutating func authorizationRequest() -> AuthorizationRequest {
        let record = RecordID(identifier())
        return AuthorizationRequest(
            id: identifier(), sale: identifier(),
            subject: random.chance(percent: 50) ? .wallet(member: record, wallet: code()) : .lot(record),
            amount: positive())
    }

    private mutating func denial() -> Denial {
        Denial(
            authorization: identifier(), code: random.pick(DenialCode.allCases), available: number(),
            held: list(upTo: 3) {
                HeldElsewhere(
                    branchCode: $0.text(), amount: $0.number(), isConnected: $0.random.chance(percent: 50))
            })
    }

    private mutating func recall() -> Recall {
        Recall(
            id: identifier(),
            wanted: list(upTo: 3) { Recall.Wanted(lot: RecordID($0.identifier()), amount: $0.positive()) })
    }

    private mutating func hello() -> Hello {
        Hello(
            version: UInt32(random.below(3)), node: NodeID(UInt32(random.below(3))),
            features: list(upTo: 2) { $0.code() },
            cursor: random.chance(percent: 50) ? HubPosition(epoch: epoch(), sequence: number()) : nil,
            credit: number(),
            actors: list(upTo: 3) { $0.head() }, software: text())
    }

    private mutating func welcome() -> Welcome {
        Welcome(
            version: 1, features: list(upTo: 2) { $0.code() },
            head: HubPosition(epoch: epoch(), sequence: number()), window: number(),
            kinds: list(upTo: 3) { OperationKind(rawValue: $0.code()) }, nowMilliseconds: number(),
            holding: list(upTo: 3) { $0.head() })
    }

    private mutating func joined() -> Joined {
        Joined(
            node: NodeID(UInt32(random.below(4))), branchCode: text(), branchName: text(), certificate: text(),
            authority: text(),
            chain: ChainProfile(name: text(), zone: text(), currency: text(), country: text(), lookupKey: bytes(32)))
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
