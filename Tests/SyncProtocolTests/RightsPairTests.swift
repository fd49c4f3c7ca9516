import Replication
import SyncProtocol
import TestSupport
import Testing

/// Both sessions, many tills, and a line that breaks: whoever asks until answered hears one answer.
struct RightsPairTests {
    @Test(arguments: 0..<150 as Range<UInt64>)
    func everyRequestIsAnsweredAndAlwaysTheSame(seed: UInt64) {
        var world = RightsWorld(seed: seed)
        for _ in 0..<400 { world.step(mayBreak: true) }
        for _ in 0..<8_000 where !world.isSettled { world.step(mayBreak: false) }
        #expect(world.isSettled)
        #expect(world.contradictions == 0)
    }

    @Test func theWorldsAreNotTrivial() {
        var (answers, repeats, recalls) = (0, 0, 0)
        for seed in 0..<20 as Range<UInt64> {
            var world = RightsWorld(seed: seed)
            for _ in 0..<400 { world.step(mayBreak: true) }
            answers += world.outcomes.count
            repeats += world.repeats
            recalls += world.yields
        }
        #expect(answers > 200 && repeats > 50 && recalls > 50)
    }
}

/// A hub that decides once by an authorization's number and remembers nothing else.
private struct RightsWorld {
    private(set) var outcomes: [UInt128: Message] = [:]
    private(set) var contradictions = 0
    private(set) var repeats = 0
    private(set) var yields = 0
    private var wanted: Set<UInt128> = []
    private var line: Line?
    private var random: SplitMix64
    private var lastID: UInt128 = 0
    private var asked: Set<UInt128> = []

    private struct Line {
        var hub = HubSession.syncing(features: [Protocol.rights])
        var node = NodeSession.syncing(features: [Protocol.rights])
        var toHub: [Message] = []
        var toNode: [Message] = []
        var undecided: [AuthorizationRequest] = []
        var recalls: [Recall] = []
    }

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    var isSettled: Bool { wanted.isEmpty }

    mutating func step(mayBreak: Bool) {
        guard line != nil else { return line = Line() }
        switch random.below(mayBreak ? 40 : 34) {
        case 0...5 where mayBreak: want()
        case 0...11: askAgain()
        case 12...17: carryToHub()
        case 18...23: carryToNode()
        case 24...28: decide()
        case 29, 30: recall()
        case 31...33: yield()
        case 34: line = nil
        default: carryToHub()
        }
    }

    private mutating func want() {
        lastID += 1
        wanted.insert(lastID)
    }

    private mutating func askAgain() {
        guard !wanted.isEmpty else { return }
        let id = random.pick(wanted.sorted())
        let request = AuthorizationRequest(id: id, sale: 0, subject: .lot(RecordID(1)), amount: 1)
        let actions = line?.node.authorize(request) ?? []
        if !actions.isEmpty, !asked.insert(id).inserted { repeats += 1 }
        performAtNode(actions)
    }

    private mutating func decide() {
        guard var line, !line.undecided.isEmpty else { return }
        let request = line.undecided.remove(at: random.below(line.undecided.count))
        let entry = Example.entry(UInt64(request.id), Example.operation(UInt64(request.id), of: Example.neighbour))
        let actions =
            request.id.isMultiple(of: 2)
            ? line.hub.grant(Grant(authorization: request.id, entry: entry))
            : line.hub.deny(Denial(authorization: request.id, code: .spent, available: 0, held: []))
        #expect(actions.count == 1)
        self.line = line
        performAtHub(actions)
    }

    private mutating func recall() {
        performAtHub(line?.hub.recall(Recall(id: UInt128(random.below(5)), wanted: [])) ?? [])
    }

    private mutating func yield() {
        guard let recall = line?.recalls.popLast() else { return }
        performAtNode(line?.node.yield(Yield(recall: recall.id, through: 0)) ?? [])
    }

    private mutating func carryToHub() {
        guard let message = line?.toHub.first else { return }
        line?.toHub.removeFirst()
        performAtHub(line?.hub.receive(message) ?? [])
    }

    private mutating func carryToNode() {
        guard let message = line?.toNode.first else { return }
        line?.toNode.removeFirst()
        performAtNode(line?.node.receive(message) ?? [])
    }

    private mutating func performAtHub(_ actions: [HubSession.Action]) {
        for action in actions {
            switch action {
            case .send(let message): line?.toNode.append(message)
            case .authorize(let request): line?.undecided.append(request)
            case .yielded: yields += 1
            case .greet, .enrol, .renew, .accept, .applied, .answer, .fetch, .close:
                Issue.record("the hub would \(action)")
            }
        }
    }

    private mutating func performAtNode(_ actions: [NodeSession.Action]) {
        for action in actions {
            switch action {
            case .send(let message): line?.toHub.append(message)
            case .granted(let grant): hear(.grant(grant), on: grant.authorization)
            case .denied(let denial): hear(.deny(denial), on: denial.authorization)
            case .recalled(let recall): line?.recalls.append(recall)
            case .welcomed, .acknowledged, .apply, .audit, .retry, .refused, .answered, .offered, .chunk, .close:
                Issue.record("the node would \(action)")
            }
        }
    }

    private mutating func hear(_ answer: Message, on id: UInt128) {
        if let before = outcomes.updateValue(answer, forKey: id), before != answer { contradictions += 1 }
        // Now and then a till has not kept the answer and asks once more.
        if random.chance(percent: 70) { wanted.remove(id) }
    }
}
