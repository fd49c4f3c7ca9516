package import ReplicaStore
package import SyncProtocol

/// A command that only reads what is on the disk and may take long: nobody who writes has to wait for its answer.
package struct SideQuestion: Equatable, Sendable {
    private let id: UInt64
    private let command: String
    private let words: [String]

    /// Nil for anything but one such command.
    package init?(_ messages: [Message]) {
        guard messages.count == 1, case .request(let id, let words) = messages[0], let command = words.first,
            Self.commands.contains(command)
        else { return nil }
        self.id = id
        self.command = command
        self.words = Array(words.dropFirst())
    }

    package func answer(from reader: ReplicaReader) -> [Message] {
        CommandAnswer.of {
            var arguments = CommandArguments(words)
            return try Self.rows(for: command, &arguments, from: reader) ?? []
        }.messages(id)
    }

    private static let commands: Set = ["query", "report.liability", "backup"]

    /// Nil where the command is not one of these.
    static func rows(
        for command: String, _ arguments: inout CommandArguments, from reader: ReplicaReader
    ) throws -> [CommandRow]? {
        switch command {
        case "query": try query(arguments.next("a select statement"), from: reader)
        case "report.liability": try liability(&arguments, from: reader)
        case "backup": try backup(to: arguments.next("a path"), from: reader)
        case _: nil
        }
    }

    private static func query(_ sql: String, from reader: ReplicaReader) throws -> [CommandRow] {
        let answer = try reader.query(sql, rowsMax: ReadCommands.queryRowsMax)
        guard !answer.isCut else {
            throw CommandFault(.refused, "more than \(ReadCommands.queryRowsMax) rows; ask for less, or count")
        }
        return answer.rows.map { CommandRow(columns: answer.columns, values: $0) }
    }

    /// The day whose rules count, and `branches` or `wallets`.
    private static func liability(
        _ arguments: inout CommandArguments, from reader: ReplicaReader
    ) throws -> [CommandRow] {
        let date = try ReadCommands.date(arguments.next("the business date"))
        switch try arguments.next("branches or wallets") {
        case "branches": return try LiabilityRows(reader: reader, date: date).rows(byBranch: true)
        case "wallets": return try LiabilityRows(reader: reader, date: date).rows(byBranch: false)
        case let other: throw CommandFault(.usage, "\(other) is neither branches nor wallets")
        }
    }

    private static func backup(to path: String, from reader: ReplicaReader) throws -> [CommandRow] {
        try reader.backup(to: path)
        return [CommandRow(["backup": path])]
    }
}
