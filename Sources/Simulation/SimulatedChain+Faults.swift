/// What goes wrong, and when.
extension SimulatedChain {
    /// Everything that the plan asks for, at moments all over the time of chaos.
    func scheduleEverything() {
        for node in nodes { node.process.clock = drawnClock() }
        hub.process.clock = drawnClock()
        scatter(plan.network.breaks) { _ in .anyLineBreaks }
        scatter(plan.network.silences) { _ in .anyLineFallsSilent }
        scatter(plan.network.partitions) { _ in .partitionBegins }
        scatter(plan.crashes.ofHub) { _ in .crash(.hub) }
        scatter(plan.crashes.ofNodes) { chain in .crash(.node(chain.crashes.below(chain.nodes.count))) }
        scatter(plan.crashes.interruptions) { .interrupt($0.anyPlace()) }
        scatter(plan.crashes.fullDisks) { .diskFills($0.anyPlace()) }
        scatter(plan.clocks.steps) { .clockIsSet($0.anyPlace()) }
        scatter(plan.shops.commands) { _ in .commands }
        scatter(plan.shops.directions) { _ in .directs }
        scatter(plan.shops.writeOffs) { _ in .writesOff }
        scatter(plan.shops.strangeOperations) { _ in .strangeOperation }
        scatter(plan.outlawVisits) { _ in .outlawComes }
        scatterWork()
    }

    private func scatter(_ count: Int, _ event: (SimulatedChain) -> Occurrence) {
        for _ in 0..<count {
            schedule(event(self), afterMilliseconds: crashes.between(0...plan.durationMilliseconds))
        }
    }

    /// Shops have busy hours: most of the work stands close together, and some of it just before the faults end.
    private func scatterWork() {
        var moment: UInt64 = 100
        for _ in 0..<plan.shops.steps {
            if people.chance(percent: 12) {
                let earliest = people.chance(percent: 25) ? plan.durationMilliseconds * 9 / 10 : 0
                moment = people.between(earliest...plan.durationMilliseconds)
            }
            schedule(.work, afterMilliseconds: min(moment, plan.durationMilliseconds))
            moment += people.between(0...700)
        }
    }

    private func anyPlace() -> Occurrence.Place {
        crashes.chance(percent: 30) ? .hub : .node(crashes.below(nodes.count))
    }

    private func drawnClock() -> SimulatedClock {
        SimulatedClock(
            offsetMilliseconds: eitherWay(plan.clocks.offsetMillisecondsMax),
            driftPerMillion: eitherWay(plan.clocks.driftPerMillionMax))
    }

    private func eitherWay(_ most: UInt64) -> Int64 {
        let amount = Int64(clamping: crashes.between(0...most))
        return crashes.chance(percent: 50) ? amount : -amount
    }

    // MARK: Lines

    func breakAnyLine() {
        guard let number = anyLine() else { return }
        schedule(.breaks(number, at: .hub), afterMilliseconds: delay())
        schedule(.breaks(number, at: .caller), afterMilliseconds: delay())
    }

    func silenceAnyLine() {
        guard let number = anyLine() else { return }
        mark(.lineFellSilent)
        lines[number]?.toHub.isSilent = true
        if network.chance(percent: 70) { lines[number]?.toCaller.isSilent = true }
    }

    private func anyLine() -> Int? {
        let numbers = lines.keys.sorted()
        return numbers.isEmpty || !isChaos ? nil : network.pick(numbers)
    }

    func beginPartition() {
        cutOff(nodes[network.below(nodes.count)], forMilliseconds: network.between(plan.network.partitionMilliseconds))
    }

    func cutOff(_ node: SimulatedNode, forMilliseconds length: UInt64) {
        guard isChaos, node.cutOffUntilMilliseconds == nil else { return }
        node.cutOffUntilMilliseconds = now + length
        node.outlivesCut = network.chance(percent: 40)
        mark(.partitioned)
        schedule(.partitionEnds(node: node.index), afterMilliseconds: length)
    }

    func endPartition(of node: SimulatedNode) {
        guard let until = node.cutOffUntilMilliseconds, until <= now else { return }
        if node.line != nil, node.outlivesCut { mark(.partitionOutlived) }
        node.cutOffUntilMilliseconds = nil
    }

    // MARK: Processes

    func crash(_ place: Occurrence.Place) throws {
        guard process(at: place).isUp, isChaos else { return }
        change(place) { $0.stop() }
        dropLines(of: place)
        switch place {
        case .hub:
            mark(.hubCrashed)
            hub.store = try reopen(hub.store)
            try inspectHubLog()
        case .node(let index):
            mark(.nodeCrashed)
            nodes[index].store = try reopen(nodes[index].store)
            try inspect(nodes[index])
            for number in questions.indices where questions[number].node == index { questions[number].waitsInside = 0 }
        }
        schedule(.restart(place), afterMilliseconds: crashes.between(plan.crashes.downMilliseconds))
    }

    func setClock(of place: Occurrence.Place) {
        guard isChaos else { return }
        let step = eitherWay(plan.clocks.stepMillisecondsMax)
        mark(step < 0 ? .clockSetBack : .clockSetForward)
        change(place) { $0.clock.offsetMilliseconds += step }
    }

    /// No more faults; what is broken is repaired as people would: power, roads, room on the disk.
    func heal() throws {
        phase = .healing
        for node in nodes { node.cutOffUntilMilliseconds = nil }
        for number in lines.keys.sorted() {
            lines[number]?.toHub.bytesLeft = nil
            lines[number]?.toCaller.bytesLeft = nil
        }
        outlawLeaves()
        for place in [.hub] + nodes.map({ Occurrence.Place.node($0.index) }) {
            fillDisk(of: place, false)
            forgetInterruption(at: place)
            if !process(at: place).isUp { schedule(.restart(place), afterMilliseconds: crashes.between(0...2_000)) }
        }
        askAllAgain()
    }
}
