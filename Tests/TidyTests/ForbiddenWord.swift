/// A word that asks the machine for something that has to come in as an argument.
struct ForbiddenWord {
    let text: String
    /// The lowest floor on which it is allowed.
    let fromFloor: Double
    let advice: String
    /// What makes it harmless when it stands on the same line.
    var unless: String?

    func isIn(_ line: Substring) -> Bool {
        if let unless, line.contains(unless) { return false }
        return line.ranges(of: text).contains { range in
            let isStart = line[..<range.lowerBound].utf8.last.map(Token.isWord) != true || !startsAsWord
            let isEnd = line[range.upperBound...].utf8.first.map(Token.isWord) != true || !endsAsWord
            return isStart && isEnd
        }
    }

    private var startsAsWord: Bool { text.utf8.first.map(Token.isWord) ?? false }
    private var endsAsWord: Bool { text.utf8.last.map(Token.isWord) ?? false }

    static let all =
        [
            "Date()", "Date.now", "ContinuousClock()", "SuspendingClock()", "ContinuousClock.now",
            "SuspendingClock.now", "NIODeadline.now", "DispatchTime.now", "clock_gettime", "gettimeofday",
        ].map { ForbiddenWord(text: $0, fromFloor: 6, advice: "take `now` as an argument") }
        + ["UUID()", "SystemRandomNumberGenerator"].map {
            ForbiddenWord(text: $0, fromFloor: 6, advice: "take the random source, or the value, as an argument")
        }
        + [".random(", ".randomElement(", ".shuffled(", ".shuffle("].map {
            ForbiddenWord(text: $0, fromFloor: 6, advice: "say `using:` and take the generator", unless: "using:")
        }
        + ["ProcessInfo", "getenv"].map {
            ForbiddenWord(text: $0, fromFloor: 6, advice: "take the setting as an argument")
        }
        + [
            ForbiddenWord(text: "try!", fromFloor: 6, advice: "throw, or say in a guard what cannot be"),
            ForbiddenWord(
                text: "async", fromFloor: 4, advice: "return actions; a service on floor 4 waits",
                unless: "queue.async {"),
            ForbiddenWord(text: "await", fromFloor: 4, advice: "return actions; a service on floor 4 waits"),
        ]
}
