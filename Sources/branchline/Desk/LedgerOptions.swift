import Administration
import ArgumentParser
import Foundation
import Localization
import Loyalty

/// Under which number a command counts: given again, it adds nothing.
struct RequestOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "32 hexadecimal digits; a command repeated under the same adds nothing. By default a new one.",
            valueName: "id"))
    var request: String?

    var id: String {
        request ?? UUID().uuidString.replacing("-", with: "").lowercased()
    }
}

extension AuthorOptions {
    /// As the hub's ledger takes it: `dry` or `do`, the author, the reason.
    var instruction: [String] { [mode, author, reason ?? ""] }

    func requireReason() throws {
        guard let reason, !reason.isEmpty else { throw ValidationError("Give --reason; it is kept for ever.") }
    }
}

extension Desk.Chain {
    /// Today where the chain is.
    func today() throws -> String {
        guard
            let date = ChainCalendar(zone: zone.identifier)?.businessDate(ofMilliseconds: WallClock.nowMilliseconds())
        else { throw Complaint(code: Failure.diskCode, words: "this machine's clock shows no date") }
        return date.text
    }

    /// A number with its sign: whole for points, as the currency is written for money.
    func amount(_ text: String, isMoney: Bool) throws -> String {
        let digits = isMoney ? Currency.digits(currency) : 0
        guard let amount = DecimalNumber.scaled(text.utf8.drop { $0 == UInt8(ascii: "+") }, digits: digits) else {
            let example = isMoney ? "-12.50" : "-200"
            throw ValidationError("\(text) is not an amount such as \(example).")
        }
        return String(amount)
    }
}

extension AnyDataOptions {
    /// A question whose words depend on the chain: its date, its currency.
    func askLedger(
        _ output: OutputOptions, empty: String = "", hiding hiddenColumns: Set<String> = [],
        _ words: (Desk.Chain) throws -> [String]
    ) async throws {
        try await Desk.with(path) { desk in
            let chain = try await desk.chain()
            let rows = try await desk.ask(try words(chain))
            var presentation = output.json ? Presentation() : Presentation(chain)
            presentation.hiddenColumns = hiddenColumns
            try output.show(rows, presentation, empty: empty)
        }
    }
}
