import ArgumentParser

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask the merged view in SQL. Only reading is possible.",
        discussion: """
            The views are described in docs/views.md. Tables show times in the chain's zone and columns whose names \
            hold “_minor” as money; --csv and --json give what is stored: milliseconds since 1970, the smallest coin.

            Example:
              branchline query "select branch, sum(net_minor) from sales group by branch"
            """)

    @Argument(help: "One select statement.") var sql: String
    @OptionGroup var data: AnyDataOptions
    @Flag(name: .long, help: "Answer as CSV, with a line of column names.") var csv = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard csv else {
            return try await DeskQuestion(directory: data.path, keepsEmptyColumns: true)
                .ask(["query", sql], output, empty: "No rows.")
        }
        let rows = try await Desk.with(data.path) { try await $0.ask(["query", sql]) }
        print(Output.csv(rows), terminator: "")
    }
}
