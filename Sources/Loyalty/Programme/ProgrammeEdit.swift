package import LineCodec
package import Replication

/// Headquarters declares a rule, or withdraws it. For the whole chain, and by the hub only.
package struct ProgrammeEdit: Equatable, Sendable {
    package let item: ProgrammeItem
    package let author: String
    package let reason: String

    package init(item: ProgrammeItem, author: String, reason: String) {
        self.item = item
        self.author = author
        self.reason = reason
    }

    package static let kind = OperationKind(rawValue: "programme")

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 128)
        item.write(to: &writer)
        writer.text(author)
        writer.text(reason)
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        item = try ProgrammeItem(from: &reader)
        author = try reader.text()
        reason = try reader.text()
        try reader.end()
    }

    package func check() throws(ProgrammeFault) {
        try item.check()
        try ProgrammeCheck.text(author, charactersMax: ProgrammeLimits.authorCharactersMax, "author")
        guard !reason.isEmpty else { return }
        try ProgrammeCheck.text(reason, charactersMax: ProgrammeLimits.reasonCharactersMax, "reason")
    }
}
