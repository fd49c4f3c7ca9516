/// A Swift file taken apart into code and comments. Both keep the file's lines; text in string literals is in
/// neither, but what is interpolated into it is code.
struct SourceText {
    /// From the package's root: `Sources/Replication/Dot.swift`.
    let path: String
    let lines: [Substring]
    let code: [Substring]
    let comments: [Substring]

    init(path: String, text: String) {
        self.path = path
        var lexer = Lexer(bytes: Array(text.utf8))
        lexer.run()
        lines = Self.lines(text)
        code = Self.lines(String(decoding: lexer.code, as: UTF8.self))
        comments = Self.lines(String(decoding: lexer.comments, as: UTF8.self))
    }

    /// `Replication` in `Sources/Replication/Dot.swift`; nil for a test.
    var target: String? { folder(in: "Sources") }

    /// `TidyTests` in `Tests/TidyTests/House.swift`; nil for a source.
    var testTarget: String? { folder(in: "Tests") }

    private func folder(in root: String) -> String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == root ? String(parts[1]) : nil
    }

    /// Words and single marks, with their lines from 1.
    var tokens: [Token] {
        var tokens: [Token] = []
        for (index, line) in code.enumerated() {
            var rest = line[...].utf8
            while let first = rest.first {
                let word = rest.prefix { Token.isWord($0) }
                let text = word.isEmpty ? rest.prefix(1) : word
                if first != UInt8(ascii: " ") { tokens.append(Token(text: String(Substring(text)), line: index + 1)) }
                rest = rest.dropFirst(text.count)
            }
        }
        return tokens
    }

    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

struct Token: Equatable {
    let text: String
    let line: Int

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

private struct Lexer {
    let bytes: [UInt8]
    var position = 0
    var code: [UInt8] = []
    var comments: [UInt8] = []

    private enum View { case code, comments, neither }

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() { while position < bytes.count { step() } }

    private mutating func step() {
        let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
        if starts("//") {
            lineComment()
        } else if starts("/*") {
            blockComment()
        } else if starts("\"", after: hashes) {
            string(hashes: hashes)
        } else {
            emit(to: .code)
        }
    }

    private mutating func lineComment() {
        while position < bytes.count && bytes[position] != UInt8(ascii: "\n") { emit(to: .comments) }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts("/*") { depth += 1 }
            if starts("*/") { depth -= 1 }
            emit(starts("/*") || starts("*/") ? 2 : 1, to: .comments)
        } while depth > 0 && position < bytes.count
    }

    private mutating func string(hashes: Int) {
        let hashMarks = String(repeating: "#", count: hashes)
        let quotes = starts("\"\"\"", after: hashes) ? "\"\"\"" : "\""
        emit(hashes + quotes.utf8.count, to: .neither)
        while position < bytes.count && !starts(quotes + hashMarks) {
            if starts("\\" + hashMarks + "(") {
                emit(1 + hashes, to: .neither)
                interpolation()
            } else if starts("\\" + hashMarks) {
                emit(2 + hashes, to: .neither)
            } else {
                emit(to: .neither)
            }
        }
        emit(quotes.utf8.count + hashes, to: .neither)
    }

    private mutating func interpolation() {
        var depth = 0
        repeat {
            if starts("(") { depth += 1 }
            if starts(")") { depth -= 1 }
            step()
        } while depth > 0 && position < bytes.count
    }

    private func starts(_ text: String, after offset: Int = 0) -> Bool {
        bytes[position...].dropFirst(offset).starts(with: text.utf8)
    }

    private mutating func emit(_ count: Int = 1, to view: View) {
        for byte in bytes[position...].prefix(count) {
            let blank = byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " ")
            code.append(view == .code ? byte : blank)
            comments.append(view == .comments ? byte : blank)
            position += 1
        }
    }
}
