import HubEngine
import NodeEngine

/// The course of events: chaos first, then no more faults, and everybody has to agree.
extension SimulatedChain {
    /// No fault may keep replicas apart for longer once it is over: a silent line is given up after 75 seconds and
    /// a tick, a refusal is sat out for up to two minutes, and there may be one after the other.
    static let healMillisecondsMax: UInt64 = 10 * 60_000
    /// By then nobody takes a dead line for a live one any more.
    private static let calmMilliseconds: UInt64 = 4 * 60_000

    func run() throws -> UInt64 {
        try start()
        try happen(until: plan.durationMilliseconds)
        try heal()
        let healedFrom = now
        while let reason = try disagreement() {
            try check(
                now - healedFrom < Self.healMillisecondsMax, .liveness,
                "after \(now - healedFrom) ms without faults: \(reason)")
            try happen(until: now + 500)
        }
        let healedAfter = now - healedFrom
        try happen(until: now + Self.calmMilliseconds)
        try checkLivePush()
        try checkWhenQuiet()
        return healedAfter
    }

    private func start() throws {
        scheduleTick(.hub)
        for node in nodes {
            guard try !beginLate(node) else { continue }
            scheduleTick(.node(node.index))
            try tell(node, .dial)
        }
    }

    func happen(until end: UInt64) throws {
        while let due = queue.nextMilliseconds, due <= end, let next = queue.next() {
            now = max(now, next.milliseconds)
            steps += 1
            trace.fold(now)
            for number in next.event.trace { trace.fold(number) }
            try happen(next.event)
        }
        now = end
    }

    func schedule(_ event: Occurrence, afterMilliseconds delay: UInt64) {
        queue.schedule(event, atMilliseconds: now + delay)
    }

    func scheduleTick(_ place: Occurrence.Place) {
        let process = process(at: place)
        schedule(
            .tick(place, incarnation: process.incarnation), afterMilliseconds: process.tickAfterMilliseconds(at: now))
    }

    func scheduleFlush(_ place: Occurrence.Place) {
        guard !process(at: place).isFlushDue else { return }
        change(place) { $0.isFlushDue = true }
        schedule(
            .flush(place, incarnation: process(at: place).incarnation), afterMilliseconds: network.between(0...15))
    }

    func process(at place: Occurrence.Place) -> SimulatedProcess {
        switch place {
        case .hub: hub.process
        case .node(let index): nodes[index].process
        }
    }

    func change(_ place: Occurrence.Place, _ change: (inout SimulatedProcess) -> Void) {
        switch place {
        case .hub: change(&hub.process)
        case .node(let index): change(&nodes[index].process)
        }
    }

    private func happen(_ event: Occurrence) throws {
        switch event {
        case .dialEnds(let node, let incarnation): try dialEnds(nodes[node], incarnation)
        case .lineOpens(let line, let caller, let incarnation): try lineOpens(line, for: caller, incarnation)
        case .arrives(let line, let end): try arrives(on: line, at: end)
        case .breaks(let line, let end): try breaks(line, at: end)
        case .anyLineBreaks: breakAnyLine()
        case .anyLineFallsSilent: silenceAnyLine()
        case .partitionBegins: beginPartition()
        case .partitionEnds(let node): endPartition(of: nodes[node])
        case .flush(let place, let incarnation): try flush(place, incarnation)
        case .tick(let place, let incarnation): try tick(place, incarnation)
        case .wakes(let incarnation): if hub.process.incarnation == incarnation { try tell(.flush) }
        case .dial(let node, let incarnation): try dial(nodes[node], incarnation)
        case .crash(let place): try crash(place)
        case .interrupt(let place): interrupt(place)
        case .restart(let place): try restart(place)
        case .diskFills(let place): fillDisk(of: place, true)
        case .diskHasRoom(let place): fillDisk(of: place, false)
        case .clockIsSet(let place): setClock(of: place)
        case .work: try work()
        case .asks(let question): try ask(question)
        case .hears(let question): hear(question)
        case .waitsNoLonger(let question, let attempt): waitNoLonger(question, attempt)
        case .commands: try administer()
        case .directs: try direct()
        case .writesOff: try writeOffBranch()
        case .strangeOperation: try writeStrangely()
        case .outlawComes: try outlawComes()
        case .outlawSpeaks: try outlawSpeaks()
        case .imageIsMade(let incarnation): try imageIsMade(incarnation)
        }
    }

    private func flush(_ place: Occurrence.Place, _ incarnation: Int) throws {
        guard process(at: place).incarnation == incarnation else { return }
        change(place) { $0.isFlushDue = false }
        switch place {
        case .hub:
            try tell(.flush)
            if hub.process.isUp, hub.engine.needsFlush { scheduleFlush(.hub) }
        case .node(let index):
            try tell(nodes[index], .flush)
            if nodes[index].process.isUp, nodes[index].engine.needsFlush { scheduleFlush(place) }
        }
    }

    private func tick(_ place: Occurrence.Place, _ incarnation: Int) throws {
        guard process(at: place).incarnation == incarnation else { return }
        let lastBusy = process(at: place).lastBusyMilliseconds
        switch place {
        case .hub:
            try tell(.tick)
            try tell(.flush)
        case .node(let index):
            try tell(nodes[index], .tick)
            try tell(nodes[index], .flush)
        }
        change(place) { $0.lastBusyMilliseconds = lastBusy }
        guard process(at: place).incarnation == incarnation else { return }
        scheduleTick(place)
        try checkNowAndThen(place)
    }

    private func dial(_ node: SimulatedNode, _ incarnation: Int) throws {
        guard node.process.incarnation == incarnation else { return }
        try tell(node, .dial)
    }

    private func restart(_ place: Occurrence.Place) throws {
        guard !process(at: place).isUp else { return }
        switch place {
        case .hub: try restartHub()
        case .node(let index): try restart(nodes[index])
        }
    }
}
