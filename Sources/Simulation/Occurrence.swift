/// What can happen next in a simulated chain.
enum Occurrence {
    /// Where an engine runs.
    enum Place: Equatable { case hub, node(Int) }

    // The line
    case dialEnds(node: Int, incarnation: Int)
    case lineOpens(Int, for: SimulatedLine.Caller, incarnation: Int)
    case arrives(Int, at: SimulatedLine.End)
    case breaks(Int, at: SimulatedLine.End)
    case anyLineBreaks
    case anyLineFallsSilent
    case partitionBegins
    case partitionEnds(node: Int)

    // Processes
    case flush(Place, incarnation: Int)
    case tick(Place, incarnation: Int)
    /// The hub has asked for it.
    case wakes(incarnation: Int)
    case dial(node: Int, incarnation: Int)
    case crash(Place)
    case interrupt(Place)
    case restart(Place)
    case diskFills(Place)
    case diskHasRoom(Place)
    case clockIsSet(Place)
    case imageIsMade(incarnation: Int)

    // People
    case work
    case asks(question: Int)
    case hears(question: Int)
    case waitsNoLonger(question: Int, attempt: Int)
    case commands
    case directs
    case writesOff
    case strangeOperation
    case outlawComes
    case outlawSpeaks
}

extension Occurrence {
    /// Numbers that tell it from others, for the trace.
    var trace: [Int] {
        switch self {
        case .dialEnds(let node, let incarnation): [1, node, incarnation]
        case .lineOpens(let line, _, let incarnation): [2, line, incarnation]
        case .arrives(let line, let end): [3, line, end.rawValue]
        case .breaks(let line, let end): [4, line, end.rawValue]
        case .anyLineBreaks: [5]
        case .anyLineFallsSilent: [6]
        case .partitionBegins: [7]
        case .partitionEnds(let node): [8, node]
        case .flush(let place, let incarnation): [9, place.trace, incarnation]
        case .tick(let place, let incarnation): [10, place.trace, incarnation]
        case .dial(let node, let incarnation): [11, node, incarnation]
        case .crash(let place): [12, place.trace]
        case .interrupt(let place): [13, place.trace]
        case .restart(let place): [14, place.trace]
        case .diskFills(let place): [15, place.trace]
        case .diskHasRoom(let place): [16, place.trace]
        case .clockIsSet(let place): [17, place.trace]
        case .work: [18]
        case .asks(let question): [19, question]
        case .hears(let question): [20, question]
        case .waitsNoLonger(let question, let attempt): [21, question, attempt]
        case .commands: [22]
        case .strangeOperation: [23]
        case .outlawComes: [24]
        case .outlawSpeaks: [25]
        case .directs: [26]
        case .writesOff: [27]
        case .imageIsMade(let incarnation): [28, incarnation]
        case .wakes(let incarnation): [29, incarnation]
        }
    }
}

extension Occurrence.Place {
    fileprivate var trace: Int {
        switch self {
        case .hub: -1
        case .node(let node): node
        }
    }
}
