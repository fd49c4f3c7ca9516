import Localization
import ReplicaStore
import Replication

/// The fields of an object in a request, taken by name; what nobody has asked for is refused at the end.
struct RequestFields {
    private let path: String
    private var rest: [JSON.Member]

    init(_ value: JSON, at path: String = "") throws(RequestFault) {
        guard case .object(let members) = value else { throw .notAnObject(path) }
        self.path = path
        rest = members
    }

    /// A field's name from the request's top, as it is shown to people.
    func path(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// To be called when all that is known has been taken.
    func end() throws(RequestFault) {
        if let member = rest.first { throw .unknown(path(member.name)) }
    }

    // MARK: What must be there

    mutating func text(_ name: String) throws(RequestFault) -> String {
        guard let text = try optionalText(name) else { throw .missing(path(name)) }
        return text
    }

    /// Null is an answer here, and something else than nothing.
    mutating func textOrNull(_ name: String) throws(RequestFault) -> String? {
        guard let value = take(name) else { throw .missing(path(name)) }
        return value == .null ? nil : try text(of: value, name)
    }

    mutating func integer(_ name: String) throws(RequestFault) -> Int64 {
        guard let value = try optionalInteger(name) else { throw .missing(path(name)) }
        return value
    }

    mutating func record(_ name: String) throws(RequestFault) -> RecordID {
        guard let id = try optionalRecord(name) else { throw .missing(path(name)) }
        return id
    }

    // MARK: What may be there; null is as good as nothing

    mutating func optionalText(_ name: String) throws(RequestFault) -> String? {
        guard let value = given(name) else { return nil }
        return try text(of: value, name)
    }

    mutating func optionalInteger(_ name: String) throws(RequestFault) -> Int64? {
        guard let value = given(name) else { return nil }
        guard case .number(let digits) = value, let integer = Int64(digits) else {
            throw .notWholeNumber(path(name), written: Self.spelled(value))
        }
        return integer
    }

    mutating func optionalRecord(_ name: String) throws(RequestFault) -> RecordID? {
        guard let text = try optionalText(name) else { return nil }
        guard let id = RecordID(hexadecimal: text) else { throw .notAnID(path(name)) }
        return id
    }

    mutating func flag(_ name: String) throws(RequestFault) -> Bool {
        guard let value = given(name) else { return false }
        guard case .bool(let flag) = value else { throw .notYesOrNo(path(name)) }
        return flag
    }

    mutating func texts(_ name: String) throws(RequestFault) -> [String] {
        var texts: [String] = []
        for (index, value) in try list(name).enumerated() { texts.append(try text(of: value, "\(name)[\(index)]")) }
        return texts
    }

    mutating func objects(_ name: String) throws(RequestFault) -> [RequestFields] {
        var objects: [RequestFields] = []
        for (index, value) in try list(name).enumerated() {
            objects.append(try RequestFields(value, at: path("\(name)[\(index)]")))
        }
        return objects
    }

    /// Nil for null and for nothing.
    mutating func given(_ name: String) -> JSON? {
        let value = take(name)
        return value == .null ? nil : value
    }

    private mutating func list(_ name: String) throws(RequestFault) -> [JSON] {
        guard let value = given(name) else { return [] }
        guard case .list(let values) = value else { throw .notAList(path(name)) }
        return values
    }

    private mutating func take(_ name: String) -> JSON? {
        guard let index = rest.firstIndex(where: { $0.name == name }) else { return nil }
        return rest.remove(at: index).value
    }

    private func text(of value: JSON, _ name: String) throws(RequestFault) -> String {
        guard case .text(let text) = value else { throw .notText(path(name)) }
        return text
    }

    private static func spelled(_ value: JSON) -> String {
        switch value {
        case .number(let digits): String(digits.prefix(24))
        case .text(let text): "“\(text.prefix(24))”"
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .list: "[…]"
        case .object: "{…}"
        }
    }
}
