import Administration
import Foundation
import Localization

/// What is wrong with one row of a file, for whoever has to mend it.
struct RowFault: Error {
    /// As a spreadsheet counts, the header being row 1.
    let row: Int
    /// Nil where it is the row as a whole.
    let column: String?
    let words: Phrase

    var sentence: Phrase {
        let place =
            column.map { Phrase("row \(row), \($0): ", "第 \(row) 行，\($0)：") } ?? Phrase("row \(row): ", "第 \(row) 行：")
        return Phrase(place.english + words.english, place.chinese + words.chinese)
    }
}

/// All that is wrong with a file. More than `shownMax` are counted, not shown.
struct RowFaults {
    static let shownMax = 100

    private(set) var all: [RowFault] = []
    private(set) var rows: Set<Int> = []

    var isEmpty: Bool { all.isEmpty }

    mutating func add(_ fault: RowFault) {
        all.append(fault)
        rows.insert(fault.row)
    }

    private var inOrder: [RowFault] { all.sorted { ($0.row, $0.column ?? "") < ($1.row, $1.column ?? "") } }

    func tell(in language: Language) {
        var text = inOrder.prefix(Self.shownMax).map { $0.sentence.text(in: language) + "\n" }.joined()
        if all.count > Self.shownMax {
            let rest = all.count - Self.shownMax
            text += Phrase("and \(rest) more\n", "还有 \(rest) 处\n").text(in: language)
        }
        FileHandle.standardError.write(Data(text.utf8))
    }

    func answer(in language: Language) -> [CommandRow] {
        inOrder.prefix(Self.shownMax).map {
            CommandRow(["row": String($0.row), "column": $0.column, "problem": $0.words.text(in: language)])
        }
    }
}
