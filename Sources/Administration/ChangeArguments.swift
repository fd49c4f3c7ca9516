internal import Localization
package import Loyalty

/// How changes to a member are spelled as words of a command: `name=Li Wei`, `phone=` to clear, `+tag=vip`,
/// `-tag=vip`.
package enum ChangeArguments {
    /// - Throws: a usage fault that names the word that is wrong.
    package static func parse(_ words: [String], country: String) throws -> [EditRequest.Change] {
        guard !words.isEmpty else { throw CommandFault(.usage, "no change is given, such as name=…") }
        return try words.map { try change($0, country: country) }
    }

    private static func change(_ word: String, country: String) throws -> EditRequest.Change {
        guard let equals = word.firstIndex(of: "=") else { throw CommandFault(.usage, "\(word) is not FIELD=VALUE") }
        let sign = word.first.flatMap { "+-".contains($0) ? $0 : nil }
        let name = String(word[..<equals].drop { $0 == sign })
        let value = String(word[word.index(after: equals)...])
        guard let field = MemberField(name: name) else {
            let known = MemberField.allCases.map(\.name).joined(separator: ", ")
            throw CommandFault(.usage, "there is no field \(name); there are \(known)")
        }
        guard field.policy == .set else {
            guard sign == nil else { throw CommandFault(.usage, "\(name) holds one value: write \(name)=…") }
            return value.isEmpty ? .clear(field) : .set(field, try normal(value, field, country))
        }
        switch sign {
        case "+": return .add(value, to: field)
        case "-": return .remove(value, from: field)
        case _: throw CommandFault(.usage, "\(name) holds several values: write +\(name)=… or -\(name)=…")
        }
    }

    private static func normal(_ value: String, _ field: MemberField, _ country: String) throws -> String {
        guard field.form == .phone else { return value }
        guard let phone = PhoneNumber.canonical(value, country: country) else {
            throw CommandFault(.usage, "\(value) is not a phone number; foreign ones need their country: +852…")
        }
        return phone
    }
}

extension CommandFault {
    package init(_ refusal: EditRefusal) {
        switch refusal {
        case .unknownMember: self.init(.notFound, "there is no such member")
        case .stale(let fields):
            self.init(.stale, "changed meanwhile: \(fields.map(\.name).joined(separator: ", "))")
        case .fault(let fault): self.init(.refused, fault.sentence.english)
        }
    }

    package init(_ fault: SaleFault) { self.init(.refused, fault.sentence.english) }

    package init(_ fault: ProgrammeFault) { self.init(.refused, fault.sentence.english) }

    package init(_ fault: CouponFault) { self.init(.refused, fault.sentence.english) }
}
