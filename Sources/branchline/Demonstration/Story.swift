import Foundation
import Localization

/// Tells what happens in short lines, and keeps count of what was said to be true and was not.
final class Story {
    let language: Language
    private(set) var statements = 0
    private(set) var falseStatements = 0
    private var chapters = 0

    init(in language: Language) { self.language = language }

    func chapter(_ title: Phrase) {
        chapters += 1
        write("\n\(chapters). \(title.text(in: language))")
    }

    func say(_ phrase: Phrase) { write("   " + phrase.text(in: language)) }

    func show(_ text: String) {
        for line in text.split(separator: "\n") { write("       " + line) }
    }

    /// A statement, and whether the running system agrees.
    func check(_ phrase: Phrase, _ isTrue: Bool, measured: Phrase? = nil) {
        statements += 1
        if !isTrue { falseStatements += 1 }
        let amount = measured.map { " (\($0.text(in: language)))" } ?? ""
        write("   \(isTrue ? "✓" : "✗") \(phrase.text(in: language))\(amount)")
    }

    /// A statement that became true after some time, or did not within the limit.
    func check(_ phrase: Phrase, after duration: Duration?) {
        check(phrase, duration != nil, measured: duration.map(Self.after) ?? Self.tooLate)
    }

    var isTrue: Bool { falseStatements == 0 }

    func end() {
        let verdict =
            isTrue
            ? Phrase("All \(statements) statements are true.", "\(statements) 项全部属实。")
            : Phrase(
                "\(falseStatements) of \(statements) statements are not true.",
                "\(statements) 项中有 \(falseStatements) 项不属实。")
        write("\n" + verdict.text(in: language))
    }

    static func after(_ duration: Duration) -> Phrase {
        Phrase("after \(milliseconds(duration)) ms", "\(milliseconds(duration)) 毫秒后")
    }

    /// With one decimal below ten.
    static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration.inMilliseconds * 10).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : String((tenths + 5) / 10)
    }

    private static let tooLate = Phrase("not within the limit", "限时内没有做到")

    private func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
