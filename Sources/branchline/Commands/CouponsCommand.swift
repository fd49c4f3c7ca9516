import Administration
import ArgumentParser
import Foundation
import Loyalty
import ReplicaStore
import Replication

struct CouponsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coupons", abstract: "Give out coupons; show one, take it back, replace it.",
        subcommands: [Issue.self, Show.self, Void.self, Reissue.self])

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a coupon to each of some members, or one for each line of a list. Safe to repeat.",
            discussion: """
                Each has one coupon of a definition, however often the command is given; --number 2 gives a second. \
                A list has one id of a member, or any text of your own, on each line: an order, an address. A segment \
                is a select statement on the views whose first column is the member.

                Example:
                  branchline coupons issue summer --segment "select member from member_tags where tag = 'vip'" \\
                    --reason "thanks to our regulars" --dry-run
                """)
        @Argument(help: "The coupon definition's code: branchline programme list") var definition: String
        @Option(name: .long, parsing: .upToNextOption, help: "Members' ids, or the beginnings of them.")
        var to: [String] = []
        @Option(name: .long, help: ArgumentHelp("A file with one member or text on each line.", valueName: "file"))
        var list: String?
        @Option(name: .long, help: ArgumentHelp("Members by a question to the views.", valueName: "sql"))
        var segment: String?
        @Option(name: .long, help: "Which one of several for the same member.") var number: UInt32 = 1
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard [!to.isEmpty, list != nil, segment != nil].filter({ $0 }).count == 1 else {
                throw ValidationError("Give one of --to, --list and --segment.")
            }
            try author.requireReason()
        }

        func run() async throws {
            try await Desk.with(data.path) { desk in
                let chain = try await desk.chain()
                let recipients = try await recipients(desk)
                guard !recipients.isEmpty else { return print("Nobody is meant; nothing was given.") }
                let order =
                    ["coupons.issue"] + author.instruction + [try chain.today(), definition, String(number)]
                let rows = try await give(recipients, order, desk)
                try output.show(rows, output.json ? Presentation() : Presentation(chain), empty: "")
            }
        }

        /// A part at a time; what all parts gave is one sum at the end.
        private func give(_ recipients: [String], _ order: [String], _ desk: Desk) async throws -> [CommandRow] {
            var rows: [CommandRow] = []
            var (new, before) = (0, 0)
            var written: String?
            for start in stride(from: 0, to: recipients.count, by: CouponIssue.couponsMax) {
                let part = recipients[start..<min(start + CouponIssue.couponsMax, recipients.count)]
                var answer = try await desk.ask(order + part)
                let sum = answer.popLast()
                new += sum?["new"].flatMap { Int($0) } ?? 0
                before += sum?["given_before"].flatMap { Int($0) } ?? 0
                written = sum?["written"]
                rows += answer
            }
            let sum = CommandRow([
                "definition": definition, "new": String(new), "given_before": String(before), "written": written,
            ])
            return rows + [sum]
        }

        private func recipients(_ desk: Desk) async throws -> [String] {
            if let segment {
                let rows = try await desk.ask(["query", segment])
                return rows.compactMap { $0.values.first?.value }.map { "member=\($0)" }
            }
            guard let list else { return to.map { "member=\($0)" } }
            let path = DataPath.absolute(list)
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw Complaint(code: Failure.notFoundCode, words: "\(path) is not there, or is not text in UTF-8")
            }
            return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
                .map { RecordID(hexadecimal: $0.lowercased()) == nil ? "key=\($0)" : "member=\($0)" }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A coupon's state, who may redeem it, who has, and its text for a QR code.",
            discussion: "Example:\n  branchline coupons show 3KF-7Q2M-XW4T-9DH")
        @Argument(help: "The code as it is printed, or the coupon's id.") var coupon: String
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.askLedger(output) { ["coupons.show", coupon, try $0.today()] }
        }
    }

    struct Void: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take coupons back before they are used up.",
            discussion: "Example:\n  branchline coupons void 3KF-7Q2M-XW4T-9DH --reason \"printed by mistake\"")
        @Argument(help: "Codes as they are printed, or coupons' ids.") var coupons: [String]
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws { try author.requireReason() }

        func run() async throws { try await data.ask(["coupons.void"] + author.instruction + coupons, output) }
    }

    struct Reissue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a coupon back and give another for the uses that it had left.",
            discussion: "Example:\n  branchline coupons reissue 3KF-7Q2M-XW4T-9DH --reason \"the card was lost\"")
        @Argument(help: "The code as it is printed, or the coupon's id.") var coupon: String
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws { try author.requireReason() }

        func run() async throws {
            try await data.askLedger(output) { ["coupons.reissue"] + author.instruction + [try $0.today(), coupon] }
        }
    }
}
