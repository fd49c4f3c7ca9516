import Foundation

/// Shows on a terminal how far long work has got; says nothing where errors go to a file or a pipe.
struct ProgressBar {
    private let title: String
    private let total: Int
    private let isShown: Bool
    private var shownPercent = -1

    private static let places = 30

    init(_ title: String, total: Int) {
        self.title = title
        self.total = total
        isShown = total > 0 && isatty(STDERR_FILENO) == 1
    }

    mutating func reach(_ done: Int) {
        guard isShown, done * 100 / total != shownPercent else { return }
        shownPercent = done * 100 / total
        let filled = done * Self.places / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.places - filled)
        Self.write("\r\(title) [\(bar)] \(shownPercent) %  \(done) of \(total)")
    }

    /// Takes the bar away.
    func finish() {
        if isShown { Self.write("\r\u{1B}[K") }
    }

    private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
