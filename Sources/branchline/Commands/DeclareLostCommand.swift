import ArgumentParser
import HubService

extension HubCommand.Nodes {
    struct DeclareLost: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "declare-lost",
            abstract:
                "Write off a branch whose machine will not come back: what could be spent there is the hub's again.",
            discussion: """
                What the branch has spent meanwhile, unknown to the hub, is the chain's loss if the machine turns up \
                after all. Look first with --dry-run: it lists every lot.

                Example:
                  branchline hub nodes declare-lost 017 --reason "fire; both disks gone" --dry-run
                """)
        @Argument(help: "The node's number, or its branch's code.") var node: String
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: HubDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws { try author.requireReason() }

        func run() async throws {
            try await DeskQuestion(directory: data.directory.path)
                .ask(["nodes.declare-lost"] + author.instruction + [node], output)
        }
    }
}
