import HubEngine
import LineCodec
import NodeEngine
import Replication
import SyncProtocol

/// Bytes between hub and callers: late, in pieces, or never.
extension SimulatedChain {
    // MARK: Coming and going

    func dialEnds(_ node: SimulatedNode, _ incarnation: Int) throws {
        guard node.process.incarnation == incarnation else { return }
        let fails = isChaos && network.chance(percent: plan.network.connectFailsPercent)
        guard !fails, node.cutOffUntilMilliseconds == nil, hub.process.isUp else {
            mark(.connectFailed)
            try tell(node, .connectFailed("no route"))
            return
        }
        let number = addLine(from: .node(node.index), incarnation)
        try tell(.connected(ConnectionID(UInt64(number)), .node(node.node, serial: "0\(node.index)")))
        guard !isChaos || !network.chance(percent: plan.network.seenByHubOnlyPercent) else {
            mark(.seenByHubOnly)
            try tell(node, .connectFailed("the answer was lost"))
            return
        }
        schedule(
            .lineOpens(number, for: .node(node.index), incarnation: incarnation), afterMilliseconds: delay())
    }

    func addLine(from caller: SimulatedLine.Caller, _ incarnation: Int) -> Int {
        lastLine += 1
        var line = SimulatedLine(number: lastLine, caller: caller, incarnation: incarnation)
        if isChaos { doom(&line) }
        lines[lastLine] = line
        return lastLine
    }

    private func doom(_ line: inout SimulatedLine) {
        let isDoomed = network.chance(percent: plan.network.doomedPercent)
        let isSilenced = network.chance(percent: plan.network.fallsSilentPercent)
        guard isDoomed || isSilenced else { return }
        let end: SimulatedLine.End = network.chance(percent: 50) ? .hub : .caller
        line[pipeTo: end].bytesLeft = network.below(network.pick([200, 2_000, 20_000]))
        line[pipeTo: end].endsSilently = isSilenced
    }

    func lineOpens(_ number: Int, for caller: SimulatedLine.Caller, _ incarnation: Int) throws {
        switch caller {
        case .node(let index):
            let node = nodes[index]
            guard node.process.isUp, node.process.incarnation == incarnation else { return }
            guard let line = lines[number] else { return try tell(node, .connectFailed("gone already")) }
            lines[number]?.isOpenAtCaller = true
            node.line = number
            try tell(node, .connected(line.id))
        case .outlaw:
            guard lines[number] != nil else { return }
            lines[number]?.isOpenAtCaller = true
            try outlawIsConnected(number)
        }
    }

    /// An engine has asked for it: everything that was sent before still arrives.
    func close(_ number: Int, from end: SimulatedLine.End) {
        guard let line = lines[number], line.isOpen(at: end) else { return }
        if !line[pipeTo: end.other].isSilent { put(.end, on: number, to: end.other) }
        schedule(.breaks(number, at: end), afterMilliseconds: network.between(0...20))
    }

    func breaks(_ number: Int, at end: SimulatedLine.End) throws {
        guard var line = lines[number], line.isOpen(at: end) else { return }
        if !line[pipeTo: end].reader.isBetweenFrames { mark(.lineCutInsideMessage) }
        line.close(at: end)
        lines[number] = line.isOpenAtHub || line.isOpenAtCaller ? line : nil
        switch (end, line.caller) {
        case (.hub, _): try tell(.disconnected(line.id))
        case (.caller, .node(let index)):
            guard nodes[index].line == number else { return }
            nodes[index].line = nil
            try tell(nodes[index], .disconnected(line.id))
        case (.caller, .outlaw): outlaw?.line = nil
        }
    }

    /// A process has ended: the other side hears of it, or has to find out.
    func dropLines(of place: Occurrence.Place) {
        for number in lines.keys.sorted() {
            guard var line = lines[number], let end = end(of: line, at: place), line.isOpen(at: end) else { continue }
            line.close(at: end)
            let isHeard = network.chance(percent: 60)
            line.toHub.isSilent = line.toHub.isSilent || !isHeard
            line.toCaller.isSilent = line.toCaller.isSilent || !isHeard
            lines[number] = line.isOpenAtHub || line.isOpenAtCaller ? line : nil
            if isHeard { schedule(.breaks(number, at: end.other), afterMilliseconds: delay()) }
        }
        if case .node(let index) = place { nodes[index].line = nil }
    }

    private func end(of line: SimulatedLine, at place: Occurrence.Place) -> SimulatedLine.End? {
        switch place {
        case .hub: .hub
        case .node(let index): line.caller == .node(index) ? .caller : nil
        }
    }

    // MARK: Bytes

    func send(_ messages: [Message], on number: Int, to end: SimulatedLine.End) {
        send(bytes: messages.flatMap { $0.frame() }, on: number, to: end)
    }

    func send(bytes: [UInt8], on number: Int, to end: SimulatedLine.End) {
        guard var line = lines[number], line.isOpen(at: end.other), !line[pipeTo: end].isSilent else { return }
        // The caller may not have heard yet that its call came through.
        guard line.isOpen(at: end) || (end == .caller && !isAbandoned(line)) else {
            schedule(.breaks(number, at: end.other), afterMilliseconds: delay())
            return
        }
        if isCutOff(line), !outlivesCut(line) {
            lines[number]?[pipeTo: end].isSilent = true
            return
        }
        var rest = bytes[...]
        let isBroken = line[pipeTo: end].shorten(&rest)
        lines[number] = line
        for piece in pieces(of: rest) { put(.bytes(piece), on: number, to: end) }
        guard isBroken else { return }
        line = lines[number] ?? line
        let lastArrival = line[pipeTo: end].lastArrivalMilliseconds
        schedule(.breaks(number, at: end), afterMilliseconds: max(lastArrival, now) - now + delay())
        schedule(.breaks(number, at: end.other), afterMilliseconds: delay() * 3)
    }

    private func isAbandoned(_ line: SimulatedLine) -> Bool {
        guard case .node(let index) = line.caller else { return false }
        return nodes[index].process.incarnation != line.incarnation
    }

    private func pieces(of bytes: ArraySlice<UInt8>) -> [[UInt8]] {
        guard !bytes.isEmpty else { return [] }
        let cuts = (1..<(1 + network.between(1...plan.network.piecesMax))).dropFirst().map { _ in
            bytes.startIndex + network.below(bytes.count)
        }
        let places = Set(cuts + [bytes.startIndex]).sorted()
        return places.indices.map { index in
            Array(bytes[places[index]..<(index + 1 < places.count ? places[index + 1] : bytes.endIndex)])
        }
    }

    private func put(_ chunk: Pipe.Chunk, on number: Int, to end: SimulatedLine.End) {
        guard var line = lines[number] else { return }
        var arrival = max(line[pipeTo: end].lastArrivalMilliseconds, now + delay())
        if let until = cutOffUntil(line) { arrival = max(arrival, until + delay()) }
        line[pipeTo: end].lastArrivalMilliseconds = arrival
        line[pipeTo: end].put(chunk)
        lines[number] = line
        queue.schedule(.arrives(number, at: end), atMilliseconds: arrival)
    }

    func arrives(on number: Int, at end: SimulatedLine.End) throws {
        guard var line = lines[number], let chunk = line[pipeTo: end].take() else { return }
        lines[number] = line
        guard line.isOpen(at: end) else { return }
        switch chunk {
        case .end: try breaks(number, at: end)
        case .bytes(let bytes): try read(bytes, on: line, at: end)
        }
    }

    private func read(_ bytes: [UInt8], on line: SimulatedLine, at end: SimulatedLine.End) throws {
        trace.fold(bytes)
        var reader = line[pipeTo: end].reader
        reader.receive(bytes)
        var messages: [Message] = []
        var fault: String?
        do {
            while let frame = try reader.next() {
                switch frame {
                case .message(let message): messages.append(message)
                case .deflated: throw LineError.unknownVerb("ZIP")
                }
            }
        } catch {
            fault = "\(error)"
        }
        lines[line.number]?[pipeTo: end].reader = reader
        try deliver(messages, fault, on: line, at: end)
    }

    private func deliver(
        _ messages: [Message], _ fault: String?, on line: SimulatedLine, at end: SimulatedLine.End
    ) throws {
        switch (end, line.caller) {
        case (.hub, _):
            for case .authorize(let request) in messages { wire.heard[RecordID(request.id)] = now }
            if !messages.isEmpty { try tell(.received(line.id, messages)) }
            if let fault { try tell(.malformed(line.id, fault)) }
        case (.caller, .node(let index)):
            if !messages.isEmpty { try tell(nodes[index], .received(line.id, messages)) }
            if let fault { try tell(nodes[index], .malformed(line.id, fault)) }
        case (.caller, .outlaw): try outlawHears(messages)
        }
    }

    func delay() -> UInt64 {
        network.between(isChaos ? plan.network.delayMilliseconds : 1...40)
    }

    var isChaos: Bool { phase == .chaos }

    // MARK: Roads

    private func isCutOff(_ line: SimulatedLine) -> Bool { cutOffUntil(line) != nil }

    private func cutOffUntil(_ line: SimulatedLine) -> UInt64? {
        guard case .node(let index) = line.caller else { return nil }
        return nodes[index].cutOffUntilMilliseconds
    }

    private func outlivesCut(_ line: SimulatedLine) -> Bool {
        guard case .node(let index) = line.caller else { return true }
        return nodes[index].outlivesCut
    }
}
