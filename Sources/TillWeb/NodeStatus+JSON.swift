import LineCodec
import Localization
import NodeEngine

extension NodeStatus {
    /// Entries of the hub's log that are not applied here yet; nil before the first contact.
    private var behind: UInt64? { hubPosition.map { $0 - min($0, appliedPosition) } }

    /// Headquarters holds all that was recorded here.
    private var isSafe: Bool { waitingOperations == 0 }

    /// What is shown here is what headquarters knows.
    private var isCurrent: Bool { isConnected && behind == 0 }

    /// In short, beside an answer that depends on it.
    func branch(_ calendar: ChainCalendar) -> JSON {
        [
            "code": .text(branchCode), "name": .text(branchName), "connected": .bool(isConnected),
            "current": .bool(isCurrent), "last_heard_at": Self.time(lastHeardMilliseconds, calendar),
            "waiting": .integer(waitingOperations),
        ]
    }

    func json(_ calendar: ChainCalendar, in language: Language) -> JSON {
        [
            "safe": .bool(isSafe), "current": .bool(isCurrent),
            "sentences": .texts(sentences(calendar).map { $0.text(in: language) }), "chain": .text(chainName),
            "branch": branch(calendar), "node": .integer(node),
            "connected_since": Self.time(connectedSinceMilliseconds, calendar),
            "refused_because": .optional(refusal, JSON.text), "waiting": .integer(waitingOperations),
            "waiting_since": Self.time(waitingSinceMilliseconds, calendar), "applied": .integer(appliedPosition),
            "hub_position": .optional(hubPosition) { .integer($0) }, "behind": .optional(behind) { .integer($0) },
            "audited_at": Self.time(auditedAtMilliseconds, calendar),
            "clock_ahead_milliseconds": .optional(clockAheadMilliseconds) { .integer($0) },
            "incidents": .integer(incidents), "digest": .text(Hexadecimal.text(digest)),
        ]
    }

    /// Is my data safe, is it current, what is waiting?
    private func sentences(_ calendar: ChainCalendar) -> [Phrase] {
        let line = connectedSinceMilliseconds.map {
            StatusSentence.connected(since: calendar.shortText(ofMilliseconds: $0))
        }
        let noLine = StatusSentence.notConnected(since: lastHeardMilliseconds.map(calendar.shortText))
        var sentences = [isConnected ? line ?? noLine : noLine, StatusSentence.waiting(waitingOperations)]
        if let imagePercent { sentences.append(StatusSentence.beginning(percent: imagePercent)) }
        if imagePercent == nil, let behind, isConnected { sentences.append(StatusSentence.behind(behind)) }
        if let code = refusal?.prefix(while: { $0 != ":" }) {
            sentences.append(SyncProblem.sentence(forCode: String(code)))
        }
        if incidents > 0 { sentences.append(StatusSentence.incidents(incidents)) }
        return sentences
    }

    private static func time(_ milliseconds: UInt64?, _ calendar: ChainCalendar) -> JSON {
        .optional(milliseconds) { .text(calendar.text(ofMilliseconds: $0)) }
    }
}
