import Hummingbird

@testable import TillWeb

/// The served OpenAPI document, as a judge of what the server really does. Knows as much of JSON Schema as we use.
struct Description {
    static let served = Description()

    let document: JSON

    init() {
        do { document = try JSONReader.read(Array(TillDescription.text.utf8), depthMax: 32) } catch {
            preconditionFailure("the description is not JSON: \(error)")
        }
    }

    func complaints(about answer: TillClient.Answer, to method: String, _ path: String) -> [String] {
        let bare = String(path.prefix { $0 != "?" })
        guard method != "HEAD" else { return [] }
        guard let (route, _) = try? Route.find(.init(rawValue: method) ?? .get, bare) else {
            return check(answer.json, against: "Problem")
        }
        let operation = operation(route)
        guard let documented = operation?["responses"]?[String(answer.status)] else {
            return ["status \(answer.status) is not documented"]
        }
        let content = resolve(documented)["content"]?.members.first
        guard let type = answer.headers["content-type"], type == content?.name else {
            return ["the type is \(answer.headers["content-type"] ?? "missing")"]
        }
        return check(answer.json, content?.value["schema"] ?? .null, at: "answer")
    }

    func operation(_ route: Route) -> JSON? {
        document["paths"]?[route.path]?[route.method.rawValue.lowercased()]
    }

    func check(_ value: JSON, against schema: String) -> [String] {
        check(value, ["$ref": .text("#/components/schemas/\(schema)")], at: schema)
    }

    func check(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
        let schema = resolve(schema)
        if case .list(let choices)? = schema["oneOf"] {
            let fitting = choices.count { check(value, $0, at: path).isEmpty }
            return fitting == 1 ? [] : ["\(path) fits \(fitting) of \(choices.count) shapes"]
        }
        var types = schema["type"]?.texts ?? []
        if let type = schema["type"]?.text { types.append(type) }
        guard types.isEmpty || types.contains(where: { Self.is(value, $0) }) else { return ["\(path) is no \(types)"] }
        if let choices = schema["enum"]?.texts, let text = value.text, !choices.contains(text) {
            return ["\(path): \(text) is not one of \(choices)"]
        }
        switch value {
        case .object(let members): return check(members, schema, at: path)
        case .list(let items): return items.flatMap { check($0, schema["items"] ?? [:], at: "\(path)[]") }
        case .null, .bool, .number, .text: return []
        }
    }

    private func check(_ members: [JSON.Member], _ schema: JSON, at path: String) -> [String] {
        let names = Set(members.map(\.name))
        let missing = (schema["required"]?.texts ?? []).filter { !names.contains($0) }.map {
            "\(path).\($0) is missing"
        }
        return missing
            + members.flatMap { member -> [String] in
                let place = "\(path).\(member.name)"
                if let known = schema["properties"]?[member.name] { return check(member.value, known, at: place) }
                switch schema["additionalProperties"] {
                case .bool(false): return ["\(place) is not documented"]
                case .object(let other): return check(member.value, .object(other), at: place)
                case _: return []
                }
            }
    }

    private func resolve(_ schema: JSON) -> JSON {
        guard let reference = schema["$ref"]?.text else { return schema }
        let found = reference.split(separator: "/").dropFirst().reduce(Optional(document)) { $0?[String($1)] }
        return found.map(resolve) ?? ["type": .text("nothing that \(reference) points at")]
    }

    private static func `is`(_ value: JSON, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.text, "string"), (.list, "array"), (.object, "object"): true
        case (.number(let digits), "integer"): Int64(digits) != nil
        case _: false
        }
    }
}
