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
        on member: RecordID, live: [Cell], lots: [LotTerms], earned: LotTerms?, observed: Observed,
        hubNow: HybridTime
    ) -> Ledger.Claim {
        var choice = random.chance(percent: 75) ? 10 + random.below(11) : random.below(10)
        if earned == nil, (11...16).contains(choice) { choice = 10 }
        var strange = Strange(
            min(choice, 6), by: actor, member: member,
            current: RecordState(live: live, replacedEarly: [], held: []), time: hubNow, using: &random)
        switch choice {
        case 6: strange.observed = strange.deserves == .ok ? observed : Observed()
        case 7: strange.beSale(random.identifier(), points: 7, audience: .hub, deserves: .flagged(.ruleMismatch))
        case 8: strange.beSale(random.identifier(), points: 2, audience: .chain, deserves: .flagged(.audience))
        case 9: strange.beDecision(RecordID(random.identifier()))
        case 10: strange.beSale(random.identifier(), points: 2, audience: .hub, deserves: .ok)
        case 11, 12: handOn(1, of: earned, to: .actor(actor), in: &strange, deserves: .flagged(.authority))
        case 13: handOn(-3, of: earned, to: .hub, in: &strange, deserves: .flagged(.unacceptable))
        case 14: if let lot = lots.randomElement(using: &random) { steal(lot, in: &strange) }
        case 15:
            strange.beSale(
                random.identifier(), points: 2, audience: .hub, deserves: .ok,
                spending: lots.randomElement(using: &random).map { LotSpend(lot: $0.id, amount: 5) })
        case 16:
            // Its own to spend, and its first customer's; the second pays with it.
            strange.beSale(
                random.identifier(), points: 2, audience: .hub, deserves: .ok, to: RecordID(2),
                spending: earned.map { LotSpend(lot: $0.id, amount: 1) })
        case 17:
            strange.beSale(
                random.identifier(), points: 3, audience: .hub, deserves: .flagged(.ruleMismatch), isSettled: true)
        case 18:
            strange.beSale(
                random.identifier(), points: 2, audience: .hub, deserves: .flagged(.ruleUnknown), isSettled: true,
                revision: 9_999)
        case 19, 20:
            let change = TierChange(
                member: RecordID(1), tier: "silver", until: nil, isProvisional: true,
                cause: RecordID(random.identifier()))
            strange.be(.tier(change), deserves: .ok)
            strange.audience = .chain
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

extension Outlaw {
    private mutating func handOn(
        _ amount: Int64, of lot: LotTerms?, to holder: RightsHolder, in strange: inout Strange, deserves: Verdict
    ) {
        guard let lot else { return }
        let transfer = Transfer(
            id: RecordID(random.identifier()), from: .actor(actor), to: holder, cause: .giveBack, reference: nil,
            items: [Transfer.Item(terms: lot, amount: amount)])
        strange.be(.transfer(transfer), deserves: deserves)
    }

    /// What is the hub's, it would like to have.
    private mutating func steal(_ lot: LotTerms, in strange: inout Strange) {
        let transfer = Transfer(
            id: RecordID(random.identifier()), from: .hub, to: .actor(actor), cause: .grant,
            reference: RecordID(random.identifier()), items: [Transfer.Item(terms: lot, amount: 1)])
        strange.be(.transfer(transfer), deserves: .flagged(.authority))
    }
}

extension Strange {
    fileprivate mutating func be(_ fact: Fact, deserves: Verdict) {
        kind = fact.kind
        publicBody = fact.publicBody
        personal = nil
        audience = .hub
        self.deserves = deserves
    }

    /// Two units of 100 each: two points by the rule.
    fileprivate mutating func beSale(
        _ id: UInt128, points: Int64, audience: Audience, deserves: Verdict, to member: RecordID = RecordID(1),
        spending: LotSpend? = nil, isSettled: Bool = false, revision: UInt32 = EarningRule.standard.revision
    ) {
        guard let day = CivilDate("2026-05-29") else { return }
        let sale = Sale(
            id: RecordID(id), member: member, till: "outlaw", reference: "", occurredAtMilliseconds: 0,
            businessDate: day, netMinor: 200, points: points, ruleRevision: revision,
            lines: [SaleLine(product: "air", quantityMilli: 2_000, netMinor: 200, discountMinor: 0)],
            settlement: isSettled || spending != nil ? Self.settlement(spending: spending, earning: points) : nil)
        kind = Sale.kind
        publicBody = sale.publicBody()
        personal = nil
        self.audience = audience
        self.deserves = deserves
    }

    private static func settlement(spending spend: LotSpend?, earning points: Int64) -> Settlement {
        let share = LineSettlement(
            couponMinor: 0, pointsMinor: 0, principalMinor: 0, bonusMinor: 0, pointsEarned: points, growthEarned: 0)
        return Settlement(
            cashier: "outlaw", tier: nil, lines: [share],
            tenders: [Tender(kind: .cash, amountMinor: 200, reference: "")],
            accruals: [
                Accrual(
                    kind: .points, wallet: Sale.standardWallet, amount: points, keptHere: points, availableOn: nil,
                    expiresOn: nil)
            ], spends: spend.map { [$0] } ?? [], coupons: [], grants: [])
    }

    fileprivate mutating func beDecision(_ id: RecordID) {
        kind = CaseDecision.kind
        publicBody = CaseDecision(caseID: id, outcome: .distinct, author: "outlaw", reason: "why not").publicBody()
        personal = nil
        audience = .hub
        deserves = .flagged(.authority)
    }
}
