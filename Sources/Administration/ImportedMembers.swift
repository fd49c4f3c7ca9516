import LineCodec
package import Loyalty

/// Members of an import as words of the command `members.import`: a line for each, its id and then its changes.
package enum ImportedMembers {
    /// One transaction; a till waits for no longer than that.
    package static let rowsMax = 500

    package static func word(_ id: String, _ changes: [String]) -> String {
        var line = LineWriter(reserving: 256)
        line.text(id)
        for change in changes { line.text(change) }
        return String(decoding: line.bytes, as: UTF8.self)
    }

    /// Author, reason, then the lines.
    package static func parse(_ arguments: inout CommandArguments, country: String) throws -> [EditRequest] {
        let author = try arguments.next("the author")
        let reason = try arguments.next("the reason")
        let lines = arguments.remaining()
        guard (1...rowsMax).contains(lines.count) else {
            throw CommandFault(.usage, "an import has 1 to \(rowsMax) members at once")
        }
        return try lines.map { line in
            let words = try words(of: line)
            return EditRequest(
                member: try ReadCommands.record(words[0]), creates: true, author: author,
                reason: reason.isEmpty ? nil : reason,
                changes: try ChangeArguments.parse(Array(words.dropFirst()), country: country))
        }
    }

    package static func row(written: Int, of count: Int) -> CommandRow {
        CommandRow(["written": String(written), "already_there": String(count - written)])
    }

    private static func words(of line: String) throws -> [String] {
        var reader = LineReader(Array(line.utf8))
        var words: [String] = []
        do throws(LineError) {
            while !reader.isAtEnd { words.append(try reader.text()) }
        } catch {
            throw CommandFault(.usage, "a member's line cannot be read: \(error)")
        }
        guard words.count > 1 else { throw CommandFault(.usage, "a member's line has an id and at least one change") }
        return words
    }
}
