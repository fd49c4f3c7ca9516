import ReplicaStore
package import SyncProtocol

/// The answer to an administrator's command: rows of named values, or why there are none.
package enum CommandAnswer: Equatable, Sendable {
    case rows([CommandRow])
    case failed(CommandFault)

    /// The answer as it goes over the control socket.
    package func messages(_ id: UInt64) -> [Message] {
        switch self {
        case .rows(let rows):
            rows.map { .row(id: id, fields: $0.values.flatMap { [$0.name, $0.value] }) } + [.done(id: id)]
        case .failed(let fault): [.failed(id: id, code: fault.code.rawValue, detail: fault.detail)]
        }
    }

    /// Runs a command's body and turns what it throws into an answer. What the disk throws is told, not hidden.
    package static func of(_ body: () throws -> [CommandRow]) -> CommandAnswer {
        do {
            return .rows(try body())
        } catch let fault as CommandFault {
            return .failed(fault)
        } catch let error as StoreError {
            return .failed(CommandFault(error))
        } catch {
            return .failed(CommandFault(.store, String(describing: error)))
        }
    }
}

/// One row: names and values in the order in which they are to be shown.
package struct CommandRow: Equatable, Sendable {
    package struct Value: Equatable, Sendable {
        package let name: String
        package let value: String?
    }

    package let values: [Value]

    package init(_ values: KeyValuePairs<String, String?>) {
        self.values = values.map { Value(name: $0.key, value: $0.value) }
    }

    package init(columns: [String], values: [String?]) {
        self.values = zip(columns, values).map { Value(name: $0, value: $1) }
    }

    /// Nil for fields that are not pairs of a name and a value.
    package init?(fields: [String?]) {
        guard fields.count.isMultiple(of: 2) else { return nil }
        var values: [Value] = []
        for index in stride(from: 0, to: fields.count, by: 2) {
            guard let name = fields[index] else { return nil }
            values.append(Value(name: name, value: fields[index + 1]))
        }
        self.values = values
    }

    package subscript(name: String) -> String? {
        values.first { $0.name == name }?.value
    }
}

/// Why a command was not carried out. The code is stable; the detail is for a person.
package struct CommandFault: Error, Equatable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        /// The command or its arguments are wrong.
        case usage
        case notFound = "not_found"
        /// A rule forbids it.
        case refused
        /// Somebody was faster; look again.
        case stale
        case exists = "already_there"
        case busy = "in_use"
        /// The disk, or the file.
        case store
    }

    package let code: Code
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

/// The words of a command, taken one after another.
package struct CommandArguments: Sendable {
    private var rest: ArraySlice<String>

    package init(_ arguments: [String]) { rest = arguments[...] }

    package var isEmpty: Bool { rest.isEmpty }

    /// - Throws: a usage fault that names what is missing.
    package mutating func next(_ name: String) throws -> String {
        guard let argument = rest.popFirst() else { throw CommandFault(.usage, "\(name) is missing") }
        return argument
    }

    package mutating func optional() -> String? { rest.popFirst() }

    package mutating func remaining() -> [String] {
        defer { rest = [] }
        return Array(rest)
    }
}
