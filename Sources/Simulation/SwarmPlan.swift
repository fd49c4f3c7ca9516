import SyncProtocol

/// What one seed has drawn: how large the chain is, what its shops do, and how bad its days are.
///
/// Each seed enables only some kinds of faults, so that rare ones are not drowned by common ones.
struct SwarmPlan: Equatable, Sendable {
    /// How bad the lines are. Percentages are per connection unless said otherwise.
    struct Network: Equatable, Sendable {
        var delayMilliseconds: ClosedRange<UInt64> = 0...20
        /// A message may arrive in up to so many pieces.
        var piecesMax = 3
        var doomedPercent = 0
        var fallsSilentPercent = 0
        var connectFailsPercent = 0
        var seenByHubOnlyPercent = 0
        var breaks = 0
        var silences = 0
        var partitions = 0
        var partitionMilliseconds: ClosedRange<UInt64> = 1_000...60_000
    }

    struct Crashes: Equatable, Sendable {
        var ofHub = 0
        var ofNodes = 0
        /// Per event that has written something: the process ends before it can act on it.
        var beforeActionsPermille = 0
        var interruptions = 0
        var downMilliseconds: ClosedRange<UInt64> = 100...30_000
        var fullDisks = 0
    }

    struct Shops: Equatable, Sendable {
        var steps = 150
        /// Per request: the till does not hear the answer.
        var answerLostPercent = 0
        var thinkMillisecondsMax: UInt64 = 2_000
        /// Per step: a till sends many sales at once.
        var burstPercent = 0
        var commands = 0
        /// Operations that this version would not write.
        var strangeOperations = 0
        /// A sale is sent to a second branch, too.
        var twiceSoldPercent = 0
        /// Per step: somebody spends, loads or brings back instead.
        var counterPercent = 50
        /// What headquarters declares, issues and corrects.
        var directions = 0
        /// Branches that a person takes for lost.
        var writeOffs = 0
    }

    struct Clocks: Equatable, Sendable {
        var offsetMillisecondsMax: UInt64 = 0
        var driftPerMillionMax: UInt64 = 0
        var steps = 0
        var stepMillisecondsMax: UInt64 = 0
    }

    struct Beginnings: Equatable, Sendable {
        /// Per node: it comes into the chain late.
        var latePercent = 0
    }

    let nodes: Int
    let durationMilliseconds: UInt64
    let network: Network
    let crashes: Crashes
    let shops: Shops
    let clocks: Clocks
    let beginnings: Beginnings
    /// How often a node that lies comes to the hub.
    let outlawVisits: Int
    let hubPace: Pace
    let nodePace: Pace
}

extension SwarmPlan {
    init(seed: UInt64, options: SimulationOptions) {
        var random = SeededRandom(seed: seed, stream: "plan")
        nodes = options.nodes ?? random.pick([2, 2, 3, 3, 3, 4, 5])
        // Few seeds last for days: most of that is waiting.
        let minutes: [UInt64] = random.chance(percent: 4) ? [1_440, 4_320] : [1, 2, 5, 10, 20, 40, 60, 120, 300]
        durationMilliseconds = random.pick(minutes) * 60_000
        network = Network(upTo: durationMilliseconds, using: &random)
        crashes = Crashes(using: &random)
        shops = Shops(steps: options.shopSteps, using: &random)
        clocks = Clocks(using: &random)
        outlawVisits = random.chance(percent: 60) ? random.between(5...20) : 0
        var (hubPace, nodePace) = (Pace.drawn(using: &random), Pace.drawn(using: &random))
        // A stream of its own: what was drawn before images were there is drawn as ever.
        var images = SeededRandom(seed: seed, stream: "images")
        if images.chance(percent: 75) {
            beginnings = Beginnings(latePercent: images.pick([20, 50, 80]))
            hubPace.drawImages(using: &images)
            nodePace.drawImages(using: &images)
        } else {
            beginnings = Beginnings()
        }
        self.hubPace = hubPace
        self.nodePace = nodePace
    }
}

extension SwarmPlan.Network {
    fileprivate init(upTo durationMilliseconds: UInt64, using random: inout SeededRandom) {
        delayMilliseconds = random.pick([0...2, 1...20, 20...120, 5...800, 0...4_000])
        piecesMax = random.pick([1, 2, 4, 12])
        if random.chance(percent: 50) { doomedPercent = random.pick([10, 40, 80]) }
        if random.chance(percent: 40) { fallsSilentPercent = random.pick([5, 30]) }
        if random.chance(percent: 40) { connectFailsPercent = random.pick([5, 30]) }
        if random.chance(percent: 30) { seenByHubOnlyPercent = random.pick([5, 25]) }
        if random.chance(percent: 50) { breaks = random.between(1...12) }
        if random.chance(percent: 40) { silences = random.between(1...6) }
        if random.chance(percent: 70) { partitions = random.between(1...8) }
        partitionMilliseconds = 500...max(1_000, durationMilliseconds / random.pick([2, 4, 20]))
    }
}

extension SwarmPlan.Crashes {
    fileprivate init(using random: inout SeededRandom) {
        if random.chance(percent: 50) { ofHub = random.between(1...5) }
        if random.chance(percent: 50) { ofNodes = random.between(1...8) }
        if random.chance(percent: 50) { beforeActionsPermille = random.pick([5, 20, 60]) }
        if random.chance(percent: 60) { interruptions = random.between(1...12) }
        if random.chance(percent: 30) { fullDisks = random.between(1...4) }
        downMilliseconds = random.pick([10...500, 100...30_000, 1_000...600_000])
    }
}

extension SwarmPlan.Shops {
    fileprivate init(steps chosen: Int?, using random: inout SeededRandom) {
        steps = chosen ?? random.pick([60, 120, 200, 300])
        if random.chance(percent: 50) { answerLostPercent = random.pick([3, 15]) }
        thinkMillisecondsMax = random.pick([300, 5_000, 120_000])
        if random.chance(percent: 40) { burstPercent = random.pick([1, 4]) }
        if random.chance(percent: 75) { commands = random.between(5...50) }
        if random.chance(percent: 45) { strangeOperations = random.between(1...15) }
        if random.chance(percent: 30) { twiceSoldPercent = random.pick([3, 10]) }
        counterPercent = random.pick([30, 50, 70])
        directions = random.between(5...30)
        if random.chance(percent: 50) { writeOffs = random.between(1...2) }
    }
}

extension SwarmPlan.Clocks {
    fileprivate init(using random: inout SeededRandom) {
        if random.chance(percent: 50) { offsetMillisecondsMax = random.pick([50, 10_000, 1_200_000, 90_000_000]) }
        if random.chance(percent: 40) { driftPerMillionMax = random.pick([50, 1_000]) }
        guard random.chance(percent: 40) else { return }
        steps = random.between(1...5)
        stepMillisecondsMax = random.pick([2_000, 3_600_000, 90_000_000, 1_780_000_000_000])
    }
}

extension Pace {
    fileprivate static func drawn(using random: inout SeededRandom) -> Pace {
        var pace = Pace()
        guard random.chance(percent: 60) else { return pace }
        pace.downloadCreditEntries = random.pick([1, 3, 10, 40])
        pace.uploadWindowOperations = random.pick([1, 2, 8, 30])
        pace.transactionOperationsMax = random.pick([1, 2, 5, 20])
        pace.backlogOperationsMax = pace.transactionOperationsMax
        pace.editsPerMovement = 1
        return pace
    }

    fileprivate mutating func drawImages(using random: inout SeededRandom) {
        imageLogEntriesMin = random.pick([1, 8, 8, 60])
        imageLagEntriesMax = random.pick([0, 5, 100])
        imageWindowBytesMax = random.pick([20_000, 90_000, 4 << 20])
        chunkBytesMax = random.pick([3_000, 16_384, 1 << 18])
    }
}

extension SwarmPlan: CustomStringConvertible {
    var description: String {
        """
        \(nodes) nodes for \(durationMilliseconds / 1_000) s; network \(parts(network)); crashes \(parts(crashes)); \
        shops \(parts(shops)); clocks \(parts(clocks)); beginnings \(parts(beginnings)); \
        outlaw visits \(outlawVisits); hub pace \(parts(hubPace)); node pace \(parts(nodePace))
        """
    }

    private func parts(_ part: Any) -> String {
        Mirror(reflecting: part).children.map { "\($0.label ?? "")=\($0.value)" }.joined(separator: " ")
    }
}
