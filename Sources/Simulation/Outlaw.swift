import LineCodec
import Loyalty
import Replication
import SyncProtocol

/// A machine with a good certificate that says what it likes.
struct Outlaw {
    let node: NodeID
    let actor: ActorID
    var random: SeededRandom
    /// The connection that stands, and what is held of its operations there.
    var line: Int?
    var held: ActorHead?
    /// The sequence of what it says next.
    var next: UInt64 = 1

    init(node: NodeID, seed: UInt64) {
        self.node = node
        random = SeededRandom(seed: seed, stream: "outlaw")
        actor = ActorID(random.identifier())
    }
}

/// What it says that is no operation.
enum OutlawLine: CaseIterable {
    case garbage, brokenText, unknownVerb, deflatedGarbage, hugeLine, operationUnannounced, gap, wrongChain
    case foreignActor, tooMuchCredit, appliedAhead, secondGreeting, hubsWords, silence
}

extension Outlaw {
    mutating func greeting(victim: ActorID, victimNode: NodeID, cursor: HubPosition?) -> [Message] {
        var actors = [ActorHead(actor: actor, sequence: .max >> 1, chain: Self.zero)]
        var (name, version) = (node, Protocol.version)
        switch random.below(12) {
        case 0: name = victimNode
        case 1: version = 99
        case 2: actors = [ActorHead(actor: victim, sequence: .max >> 1, chain: Self.zero)]
        case 3: actors = []
        case 4: actors[0] = ActorHead(actor: actor, sequence: 0, chain: Self.zero)
        case 5: return []
        case _: break
        }
        return [
            .hello(
                Hello(
                    version: version, node: name, features: [], cursor: random.chance(percent: 50) ? cursor : nil,
                    credit: random.pick([0, 5, .max]), actors: actors, software: "outlaw"))
        ]
    }

    /// The beginning of an honest upload.
    mutating func announcement() -> Message? {
        guard let held else { return nil }
        next = held.sequence + 1
        return .push(Push(actor: actor, from: next, chain: held.chain))
    }

    mutating func bytes(of line: OutlawLine, victim: ActorID) -> [UInt8] {
        switch line {
        case .garbage: (0..<random.between(1...300)).map { _ in UInt8(random.below(256)) } + [10]
        case .brokenText: Array("PING\t\u{FF}".utf8) + [0xC3, 0x28, 10]
        case .unknownVerb: Array("SUDO\tgive\tme\tall\n".utf8)
        case .deflatedGarbage: Array("ZIP\t4\t400\nabcd".utf8)
        case .hugeLine: Array("OP\t".utf8) + Array(repeating: UInt8(ascii: "9"), count: Limits.lineBytesMax + 2)
        case .operationUnannounced: spelled(.operation(PushedOperation(plain())))
        case .gap: spelled(.push(Push(actor: actor, from: next + 7, chain: Self.zero)))
        case .wrongChain:
            spelled(.push(Push(actor: actor, from: next, chain: Array(repeating: 0xAB, count: 32))))
        case .foreignActor: spelled(.push(Push(actor: victim, from: 1, chain: Self.zero)))
        case .tooMuchCredit: spelled(.applied(Applied(position: 0, credit: .max)))
        case .appliedAhead: spelled(.applied(Applied(position: .max, credit: 0)))
        case .secondGreeting:
            spelled(
                .hello(
                    Hello(
                        version: 1, node: node, features: [], cursor: nil, credit: 1, actors: [], software: "again")))
        case .hubsWords: spelled(.mark(Mark(position: 1, digest: 1)))
        case .silence: []
        }
    }

    func plain() -> Operation {
        Operation(
            dot: Dot(actor, next), observed: Observed(), time: .zero, audience: .hub,
            kind: OperationKind(rawValue: "gift"), publicBody: [], personal: nil)
    }

    private func spelled(_ message: Message) -> [UInt8] { message.line() + [UInt8(ascii: "\n")] }

    private static let zero = [UInt8](repeating: 0, count: 32)
}

/// What it says as operations, each with what the hub should think of it.
extension Outlaw {
    mutating func operation(
        on member: RecordID, live: [Cell], observed: Observed, hubNow: HybridTime
    ) -> Ledger.Claim {
        let choice = random.below(10)
        var strange = Strange(
            min(choice, 6), by: actor, member: member,
            current: RecordState(live: live, replacedEarly: [], held: []), time: hubNow, using: &random)
        switch choice {
        case 6: strange.observed = strange.deserves == .ok ? observed : Observed()
        case 7: strange.beSale(random.identifier(), points: 7, audience: .hub, deserves: .flagged(.ruleMismatch))
        case 8: strange.beSale(random.identifier(), points: 2, audience: .chain, deserves: .flagged(.audience))
        case 9: strange.beDecision(RecordID(random.identifier()))
        case _: break
        }
        if random.chance(percent: 15) { strange.time = HybridTime(.max) }
        let operation = Operation(
            dot: Dot(actor, next), observed: strange.observed ?? observed, time: strange.time,
            audience: strange.audience, kind: strange.kind, publicBody: strange.publicBody,
            personal: strange.personal)
        next += 1
        return Ledger.Claim(operation: operation, deserves: strange.deserves)
    }
}

extension Strange {
    /// Two units of 100 each: two points by the rule.
    fileprivate mutating func beSale(
        _ id: UInt128, points: Int64, audience: Audience, deserves: Verdict
    ) {
        guard let day = CivilDate("2026-05-29") else { return }
        let sale = Sale(
            id: RecordID(id), member: RecordID(1), till: "outlaw", reference: "", occurredAtMilliseconds: 0,
            businessDate: day, netMinor: 200, points: points, ruleRevision: EarningRule.standard.revision,
            lines: [SaleLine(product: "air", quantityMilli: 2_000, netMinor: 200, discountMinor: 0)])
        kind = Sale.kind
        publicBody = sale.publicBody()
        personal = nil
        self.audience = audience
        self.deserves = deserves
    }

    fileprivate mutating func beDecision(_ id: RecordID) {
        kind = CaseDecision.kind
        publicBody = CaseDecision(caseID: id, outcome: .distinct, author: "outlaw", reason: "why not").publicBody()
        personal = nil
        audience = .hub
        deserves = .flagged(.authority)
    }
}
