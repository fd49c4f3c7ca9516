package import Replication

/// How a stretch of the hub's log is spelled for one node: others' operations whole, its own as stamps, and
/// runs of plain stamps as one line.
package enum Download {
    package static func messages(for entries: [LogEntry], own: Set<ActorID>) -> [Message] {
        var messages: [Message] = []
        var run: StampRun?
        for entry in entries {
            guard own.contains(entry.operation.dot.actor), isPlain(entry) else {
                if let finished = run.take() { messages.append(.stamps(finished)) }
                messages.append(whole(entry, own: own))
                continue
            }
            if let current = run, current.isContinued(by: entry) {
                run = StampRun(
                    firstDot: current.firstDot, firstPosition: current.firstPosition, count: current.count + 1)
            } else {
                if let finished = run { messages.append(.stamps(finished)) }
                run = StampRun(
                    firstDot: entry.operation.dot, firstPosition: entry.stamp.hubSequence, count: 1)
            }
        }
        if let run { messages.append(.stamps(run)) }
        return messages
    }

    private static func whole(_ entry: LogEntry, own: Set<ActorID>) -> Message {
        own.contains(entry.operation.dot.actor)
            ? .stamp(OwnStamp(dot: entry.operation.dot, stamp: entry.stamp)) : .entry(entry)
    }

    private static func isPlain(_ entry: LogEntry) -> Bool {
        entry.stamp.verdict == .ok && entry.stamp.effectiveTime == entry.operation.time
    }
}

extension StampRun {
    func isContinued(by entry: LogEntry) -> Bool {
        entry.operation.dot.actor == firstDot.actor
            && entry.operation.dot.sequence == firstDot.sequence + count
            && entry.stamp.hubSequence == firstPosition + count
    }
}
