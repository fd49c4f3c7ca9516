/// A waiting till's messages go ahead of the log's, the log ahead of an image; within a lane nothing overtakes.
package enum Lane {
    /// The order in which messages that wait together leave.
    package static func ordered(_ messages: [Message]) -> [Message] {
        let (chunks, others) = (messages.filter(\.isChunk), messages.filter { !$0.isChunk })
        return (chunks.isEmpty ? rightsFirst(messages) : rightsFirst(others) + chunks)
    }

    private static func rightsFirst(_ messages: [Message]) -> [Message] {
        guard messages.contains(where: \.isAboutRights) else { return messages }
        var ordered: [Message] = []
        ordered.reserveCapacity(messages.count)
        /// Behind this place there is only the log.
        var place = 0
        for message in messages {
            if message.isAboutRights {
                ordered.insert(message, at: place)
                place += 1
            } else {
                ordered.append(message)
                if !message.isLog { place = ordered.count }
            }
        }
        return ordered
    }
}

extension Message {
    fileprivate var isChunk: Bool { if case .chunk = self { true } else { false } }

    fileprivate var isAboutRights: Bool {
        switch self {
        case .authorize, .grant, .deny, .recall, .yield, .ask, .answer: true
        case .join, .joined, .renew, .renewed, .hello, .welcome, .push, .operation, .acknowledge, .entry, .stamp,
            .stamps, .mark, .applied, .image, .fetch, .chunk, .ping, .pong, .busy, .error, .bye, .request, .row, .done,
            .failed:
            false
        }
    }

    fileprivate var isLog: Bool {
        switch self {
        case .push, .operation, .acknowledge, .entry, .stamp, .stamps, .mark, .applied: true
        case .authorize, .grant, .deny, .recall, .yield, .ask, .answer, .join, .joined, .renew, .renewed, .hello,
            .welcome, .image, .fetch, .chunk, .ping, .pong, .busy, .error, .bye, .request, .row, .done, .failed:
            false
        }
    }
}
