import Foundation
import Glibc

/// How far long work has got: a bar where somebody watches, at most a line every five hundredths elsewhere.
struct ProgressBar {
    private static let places = 30
    private static let stepPercent = 5

    private let title: String
    private let total: Int
    private let reportsUnwatched: Bool
    private let isWatched = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private var shownPercent = -1

    /// - Parameter reportsUnwatched: whether a file or a pipe gets lines, too.
    init(_ title: String, total: Int, reportsUnwatched: Bool = false) {
        self.title = title
        self.reportsUnwatched = reportsUnwatched
        self.total = max(1, total)
    }

    mutating func update(_ done: Int, _ remark: @autoclosure () -> String = "") {
        let percent = min(100, done * 100 / total)
        guard percent != shownPercent, isWatched || percent / Self.stepPercent != shownPercent / Self.stepPercent else {
            return
        }
        shownPercent = percent
        let line = "\(title): \(percent) % \(remark())"
        guard isWatched else { return reportsUnwatched ? write(line + "\n") : () }
        let full = percent * Self.places / 100
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.places - full)
        write("\r\u{1B}[K\(bar) \(line)")
    }

    /// Leaves the line to what comes next.
    mutating func finish() {
        if isWatched { write("\r\u{1B}[K") }
    }

    var seconds: Double { (ContinuousClock.now - start).inSeconds }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
