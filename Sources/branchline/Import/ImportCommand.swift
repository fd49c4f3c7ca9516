import Administration
import ArgumentParser
import Localization
import Loyalty
import ReplicaStore
import Replication

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in members or sales from a file. Safe to repeat.",
        subcommands: [Members.self, Sales.self])

    struct Members: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in members, at a branch or at the hub.",
            discussion: """
                Columns, in any order: id, card, phone, name, birthday, email, gender, address, remark, \
                marketing_consent, home_branch, tags.

                  id        another system's number for the member; any text
                  card      the card's number
                  phone     as people write it; foreign ones with their country: +852…
                  birthday  1990-05-03, or --05-03 without a year
                  gender    female, male, other or unspecified
                  tags      separated by ;

                Each row needs an id, a card or a phone, and is known again by the first of these that it has. A \
                member who was imported before is left as he is now. Where a row is wrong, nothing is imported; all \
                that is wrong is listed.

                Example:
                  branchline import members members.csv --dry-run
                  branchline import members members.csv --data /srv/node
                """)
        @OptionGroup var options: ImportOptions

        func run() async throws {
            try await Desk.with(options.data.path) { desk in
                let chain = try await desk.chain()
                var run = ImportRun(desk: desk, options: options, noun: Phrase("members", "会员"))
                let rows = try read(chain, &run.faults)
                try await run.run(
                    rows, number: \.number, request: words, together: (ImportedMembers.rowsMax, words),
                    look: isShared)
                try run.report()
            }
        }

        private func read(_ chain: Desk.Chain, _ faults: inout RowFaults) throws -> [MemberRow] {
            let file = try TableFile(
                path: options.file, columns: MemberRow.columns, required: [], aliases: MemberRow.aliases,
                faults: &faults)
            var rowByID: [RecordID: Int] = [:]
            return try file.rows.map { row in
                let member = try MemberRow(
                    row, country: chain.country, branchCode: chain.branchCode, faults: &faults)
                if let earlier = rowByID.updateValue(row.number, forKey: member.id), member.id.value != 0 {
                    faults.add(row.fault(nil, "the same member as in row \(earlier)", "与第 \(earlier) 行是同一位会员"))
                }
                return member
            }
        }

        private func words(_ row: MemberRow, _ mode: String) -> [String] {
            ["members.create", mode, options.author.author, options.reason, row.id.hexadecimal] + row.changes
        }

        private func words(_ rows: [MemberRow]) -> [String] {
            ["members.import", options.author.author, options.reason]
                + rows.map { ImportedMembers.word($0.id.hexadecimal, $0.changes) }
        }

        private func isShared(_ desk: Desk, _ row: MemberRow) async throws -> Bool {
            for (kind, value) in [("phone", row.phone), ("card", row.card)] {
                guard let value else { continue }
                if try await !desk.ask(["members.find", kind, value]).isEmpty { return true }
            }
            return false
        }
    }

    struct Sales: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in sales, at a branch or at the hub.",
            discussion: """
                One row a line of a sale. Columns, in any order: sale, till, time, product, quantity, net, discount, \
                member_id, member_card, member_phone; sale, time, product and net are needed.

                  sale      the receipt's number, unique in the whole chain; rows with the same number are one sale
                  time      2026-03-05 14:03 in the chain's zone, or 2026-03-05T14:03:09+08:00
                  net       what was paid for the line, such as 12.50
                  discount  what was taken off before; 0 if left out
                  quantity  at most three digits behind the point; 1 if left out
                  member_…  who bought: the number of an import, a card, or a phone. Empty for a stranger

                A sale that was imported before is not counted again. Import a file at one place: a branch does not \
                hold the other branches' sales, and the hub opens a case for each sale that comes twice. Where a row \
                is wrong, nothing is imported; all that is wrong is listed.

                Example:
                  branchline import sales sales.csv --dry-run
                  branchline import sales sales.csv --data /srv/node
                """)
        @OptionGroup var options: ImportOptions

        func run() async throws {
            try await Desk.with(options.data.path) { desk in
                let chain = try await desk.chain()
                var run = ImportRun(desk: desk, options: options, noun: Phrase("sales", "销售"))
                let book = try SaleBook(
                    path: options.file, chain, nowMilliseconds: WallClock.nowMilliseconds(), faults: &run.faults)
                let buyers = try await Buyers.find(book.sales, desk, faults: &run.faults)
                let sales = book.checked(&run.faults) { buyers[$0] }
                try await run.run(
                    sales, number: \.number, request: { SaleWords.of($0.sale, mode: $1) }, look: { _, _ in false })
                try run.report()
            }
        }
    }
}
