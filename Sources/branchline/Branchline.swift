import ArgumentParser
import CProcess
import Dispatch
import Foundation

/// The main thread would end as soon as anything is waited for, which valgrind does not bear: what it counts waits for
/// nothing, and runs right here.
@main
enum Entry {
    static func main() {
        prepareMemory()
        if let bench = try? Branchline.parseAsRoot() as? BenchCommand, bench.isWalk { return bench.walk() }
        Task { @MainActor in
            await Branchline.main()
            exit(EXIT_SUCCESS)
        }
        dispatchMain()
    }

    /// Transactions allocate and free a great many small pieces.
    private static func prepareMemory() {
        _ = process_without_sqlite_statistics()
        _ = process_keep_memory(keptBytes, largeBytes)
    }

    private static let keptBytes: Int32 = 32 << 20
    private static let largeBytes: Int32 = 4 << 20
}

struct Branchline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branchline",
        abstract: "Keeps the shops of a chain in agreement, and each of them selling while the line is down.",
        discussion: """
            One hub at headquarters, one node in every branch. To see all of it at work on this machine:

              branchline demo

            Exit codes: 0 done, 1 not true or not equal, 64 wrong use, 65 bad input, 66 not found, 69 nobody answers, \
            73 already there, 74 the disk, 75 in use or busy: try again, 77 refused.
            """,
        version: Software.version,
        subcommands: [
            HubCommand.self, NodeCommand.self, StatusCommand.self, MembersCommand.self, PointsCommand.self,
            WalletsCommand.self, ProgrammeCommand.self, CouponsCommand.self, CasesCommand.self, ReportCommand.self,
            QueryCommand.self, ImportCommand.self, IncidentsCommand.self, DemoCommand.self, ReplayCommand.self,
            SimulateCommand.self, BenchCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: Failure.told(error))
        }
    }
}

enum Software {
    static let version = "0.1.0"
    static let name = "branchline/" + version
}
