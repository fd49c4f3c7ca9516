/// A function with a body, found by its braces.
struct Function: Equatable {
    let name: String
    let line: Int
    let lines: Int

    static func all(in tokens: [Token]) -> [Function] {
        tokens.indices.compactMap { index in
            guard isDeclaration(index, tokens), let end = end(of: index, tokens) else { return nil }
            let (first, name) = (tokens[index], tokens[index].text == "func" ? tokens[index + 1] : tokens[index])
            return Function(name: name.text, line: first.line, lines: tokens[end].line - first.line + 1)
        }
    }

    private static func isDeclaration(_ index: Int, _ tokens: [Token]) -> Bool {
        guard index + 1 < tokens.count, index == 0 || tokens[index - 1].text != "." else { return false }
        let next = tokens[index + 1].text
        switch tokens[index].text {
        case "func", "subscript": return true
        case "init": return ["(", "?", "!", "<"].contains(next)
        case "deinit": return next == "{"
        default: return false
        }
    }

    /// The place of the brace that closes the body, or nil for a protocol's requirement.
    private static func end(of index: Int, _ tokens: [Token]) -> Int? {
        var depth = 0
        var isInBody = false
        for place in (index + 1)..<tokens.count {
            switch tokens[place].text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{":
                if depth == 0 { isInBody = true }
                depth += 1
            case "}":
                depth -= 1
                if depth < 0 { return nil }
                if depth == 0 && isInBody { return place }
            case "func", "var", "let", "init", "subscript", "associatedtype":
                if depth == 0 && !isInBody && place > index + 1 { return nil }
            default: break
            }
        }
        return nil
    }
}
