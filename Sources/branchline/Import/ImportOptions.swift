import Administration
import ArgumentParser
import Foundation
import Localization

/// What every import has in common.
struct ImportOptions: ParsableArguments {
    @Argument(help: "A file of comma-separated values in UTF-8; its first row names the columns.")
    var file: String

    @Flag(name: .long, help: "Import what is right even where other rows are wrong.")
    var skipWrong = false

    @OptionGroup var author: AuthorOptions
    @OptionGroup var data: AnyDataOptions
    @OptionGroup var language: LanguageOptions
    @OptionGroup var output: OutputOptions

    var reason: String { author.reason ?? "import of \(URL(fileURLWithPath: file).lastPathComponent)" }
}

/// Checks everything, then writes everything: a file with a wrong row changes nothing.
struct ImportRun {
    let desk: Desk
    let options: ImportOptions
    /// What is imported, such as members.
    let noun: Phrase
    var faults = RowFaults()
    private(set) var new = 0
    private(set) var alreadyThere = 0
    /// New members whose phone or card somebody else has.
    var shared = 0

    init(desk: Desk, options: ImportOptions, noun: Phrase) {
        self.desk = desk
        self.options = options
        self.noun = noun
    }

    /// Asks what would be written, and writes it unless something is wrong or nothing is to be.
    ///
    /// - Parameters:
    ///   - request: the words of the command for an item; `dry` or `do`.
    ///   - together: how many may be written with one command, and its words; one by one where there is none.
    ///   - look: what else is to be known of an item that would be new.
    mutating func run<Item>(
        _ items: [Item], number: (Item) -> Int, request: @escaping (Item, _ mode: String) -> [String],
        together: (count: Int, request: ([Item]) -> [String])? = nil,
        look: (Desk, Item) async throws -> Bool
    ) async throws {
        let fresh = try await check(items, number: number, request: request, look: look)
        guard faults.isEmpty || options.skipWrong else { return }
        guard !options.author.dryRun else { return }
        try await write(fresh, together ?? (1, { request($0[0], "do") }))
    }

    private mutating func check<Item>(
        _ items: [Item], number: (Item) -> Int, request: (Item, _ mode: String) -> [String],
        look: (Desk, Item) async throws -> Bool
    ) async throws -> [Item] {
        var fresh: [Item] = []
        var bar = ProgressBar("Checking ", total: items.count)
        defer { bar.finish() }
        for (index, item) in items.enumerated() where !faults.rows.contains(number(item)) {
            bar.update(index)
            do {
                let rows = try await desk.ask(request(item, "dry"))
                guard rows.first?["written"] != "nothing" else {
                    alreadyThere += 1
                    continue
                }
                new += 1
                if try await look(desk, item) { shared += 1 }
                fresh.append(item)
            } catch let fault as CommandFault where fault.code == .refused || fault.code == .usage {
                faults.add(RowFault(row: number(item), column: nil, words: Phrase(fault.detail, fault.detail)))
            }
        }
        return fresh
    }

    private func write<Item>(_ items: [Item], _ together: (count: Int, request: ([Item]) -> [String])) async throws {
        var bar = ProgressBar("Importing", total: items.count)
        defer { bar.finish() }
        for first in stride(from: 0, to: items.count, by: together.count) {
            bar.update(first)
            let batch = Array(items[first..<min(first + together.count, items.count)])
            do { _ = try await desk.ask(together.request(batch)) } catch {
                guard let failure = Failure(error) else { throw error }
                throw Complaint(
                    code: failure.code,
                    words: "\(failure.words). \(first) of \(items.count) \(noun.english) were imported before; "
                        + "give the command again to go on")
            }
        }
    }

    /// Says what came of it.
    ///
    /// - Throws: where rows were wrong and nothing was imported.
    func report() throws {
        let isRefused = !faults.isEmpty && !options.skipWrong
        let isWritten = !isRefused && !options.author.dryRun
        if options.output.json {
            let language = options.language.chosen
            print(try Output.json([answer(isWritten)] + faults.answer(in: language)))
        } else {
            faults.tell(in: options.language.chosen)
            if !isRefused { print(summary(isWritten).text(in: options.language.chosen)) }
        }
        guard isRefused else { return }
        throw Complaint(
            code: Failure.inputCode,
            words: "\(faults.rows.count) rows are wrong, so nothing was imported. Mend them, or say --skip-wrong")
    }

    private func answer(_ isWritten: Bool) -> CommandRow {
        CommandRow([
            "new": String(new), "already_there": String(alreadyThere), "wrong_rows": String(faults.rows.count),
            "shared": String(shared), "written": ReadCommands.word(isWritten),
        ])
    }

    private func summary(_ isWritten: Bool) -> Phrase {
        var phrase = Phrase(
            "\(noun.english): \(new) \(isWritten ? "new" : "would be new"), \(alreadyThere) already there.",
            "\(noun.chinese)：\(isWritten ? "新增" : "将新增") \(new)，已有 \(alreadyThere)。")
        if !faults.isEmpty {
            phrase = phrase + Phrase("\(faults.rows.count) wrong rows were left out.", "跳过有误的 \(faults.rows.count) 行。")
        }
        if shared > 0 {
            phrase =
                phrase
                + Phrase(
                    "\(shared) have a phone or card that another member has, too: branchline cases list.",
                    "有 \(shared) 位的手机或卡号与其他会员相同：branchline cases list。")
        }
        return isWritten ? phrase : phrase + Phrase("Nothing was written.", "没有写入。")
    }
}
