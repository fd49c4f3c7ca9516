/// The rules of the house that a program can check. Each gives what it found, where, and what to do.
struct Tidy {
    let house: House

    func findings(in source: SourceText) -> [Finding] {
        imports(source) + forbiddenWords(source) + lengths(source) + functionLengths(source) + names(source)
            + remarks(source)
    }

    func imports(_ source: SourceText) -> [Finding] {
        var findings: [Finding] = []
        for (index, line) in source.code.enumerated() {
            guard let module = Self.importedModule(line), let message = objection(to: module, in: source) else {
                continue
            }
            findings.append(Finding(path: source.path, line: index + 1, message: message))
        }
        return findings
    }

    private func objection(to module: String, in source: SourceText) -> String? {
        if module == "XCTest" { return "imports XCTest: write it with Swift Testing" }
        if let target = source.testTarget, let imports = house.apart[target], !imports.contains(module) {
            return "\(target) stands apart from what it checks and may not import \(module)"
        }
        guard let target = source.target, target != House.roof else { return nil }
        guard let room = house.rooms[target] else {
            return "\(target) is not in the house: give it a floor and its imports in Tests/TidyTests/House.swift"
        }
        guard !room.imports.contains(module) else { return nil }
        return "\(target) (floor \(room.floor)) may not import \(module): have the value handed in, or move the code up"
    }

    func forbiddenWords(_ source: SourceText) -> [Finding] {
        guard let target = source.target, let floor = house.rooms[target]?.floor else { return [] }
        var findings: [Finding] = []
        for (index, line) in source.code.enumerated() {
            for word in ForbiddenWord.all where floor < word.fromFloor && word.isIn(line) {
                let message = "`\(word.text)` below floor \(word.fromFloor): \(word.advice)"
                findings.append(Finding(path: source.path, line: index + 1, message: message))
            }
        }
        return findings
    }

    func lengths(_ source: SourceText) -> [Finding] {
        var findings: [Finding] = []
        if source.lines.count > Self.fileLinesMax {
            let message =
                "\(source.lines.count) lines, at most \(Self.fileLinesMax): the file holds two things, divide it"
            findings.append(Finding(path: source.path, line: source.lines.count, message: message))
        }
        for (index, line) in source.lines.enumerated() where line.count > Self.lineCharactersMax {
            let message = "\(line.count) characters, at most \(Self.lineCharactersMax): break the line"
            findings.append(Finding(path: source.path, line: index + 1, message: message))
        }
        return findings
    }

    func functionLengths(_ source: SourceText) -> [Finding] {
        Function.all(in: source.tokens).filter { $0.lines > Self.functionLinesMax }.map { function in
            let message = "\(function.name) has \(function.lines) lines, at most \(Self.functionLinesMax): divide it"
            return Finding(path: source.path, line: function.line, message: message)
        }
    }

    func names(_ source: SourceText) -> [Finding] {
        let tokens = source.tokens
        return zip(tokens, tokens.dropFirst()).compactMap { keyword, name in
            guard Self.typeKeywords.contains(keyword.text) else { return nil }
            guard let ending = Self.forbiddenEndings.first(where: name.text.hasSuffix) else { return nil }
            let message = "\(name.text) ends in \(ending), which says nothing: name what it is or does in the shop"
            return Finding(path: source.path, line: name.line, message: message)
        }
    }

    func remarks(_ source: SourceText) -> [Finding] {
        var findings: [Finding] = []
        for (index, line) in source.comments.enumerated() {
            for word in ["TODO", "FIXME"] where line.contains(word) {
                let message = "\(word): do it, or file an issue and take the remark out"
                findings.append(Finding(path: source.path, line: index + 1, message: message))
            }
        }
        return findings
    }

    private static func importedModule(_ line: Substring) -> String? {
        var words = line.split(separator: " ")[...]
        while let first = words.first, first.hasPrefix("@") || accessLevels.contains(String(first)) {
            words = words.dropFirst()
        }
        guard words.first == "import" else { return nil }
        words = words.dropFirst()
        if let kind = words.first, words.count > 1, importKinds.contains(String(kind)) { words = words.dropFirst() }
        return words.first?.split(separator: ".").first.map(String.init)
    }

    private static let functionLinesMax = 70
    private static let fileLinesMax = 400
    private static let lineCharactersMax = 120
    private static let accessLevels: Set = ["public", "package", "internal", "fileprivate", "private"]
    private static let importKinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
    private static let typeKeywords: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    private static let forbiddenEndings = ["Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility"]
}

struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}
