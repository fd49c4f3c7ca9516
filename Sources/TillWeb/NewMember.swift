import Localization
import Loyalty
import Replication

/// What a till says of somebody who joins.
struct NewMember {
    /// Nil where the till leaves it to us; then a repeat cannot be told from a second member.
    let id: RecordID?
    let phone: String?
    let cards: [String]
    let allowsSamePhone: Bool
    private let registers: [EditRequest.Change]
    private let tags: [String]

    init(_ body: JSON, country: String) throws(Problem) {
        do throws(RequestFault) {
            var fields = try RequestFields(body)
            id = try fields.optionalRecord("id")
            var registers = [EditRequest.Change.set(.name, try fields.text("name"))]
            for field in Self.optional {
                if let value = try fields.optionalText(field.name) { registers.append(.set(field, value)) }
            }
            self.registers = registers
            phone = try fields.optionalText(MemberField.phone.name)
            cards = try Card.elements(try fields.texts("cards"), at: "cards")
            tags = try fields.texts("tags")
            allowsSamePhone = try fields.flag("allow_same_phone")
            try fields.end()
        } catch {
            throw Problem(error)
        }
    }

    /// With what the branch itself knows: when and where.
    func request(as id: RecordID, phone: String?, branch: String, till: String, nowMilliseconds: UInt64) -> EditRequest
    {
        let joined: [EditRequest.Change] = [
            .set(.joinedAt, ValueForm.instant(milliseconds: nowMilliseconds)), .set(.joinedBranch, branch),
            .set(.homeBranch, branch),
        ]
        return EditRequest(
            member: id, creates: true, author: till,
            changes: registers + (phone.map { [.set(.phone, $0)] } ?? []) + joined
                + cards.map { .add($0, to: .identity) } + tags.map { .add($0, to: .tag) })
    }

    private static let optional: [MemberField] = [.birthday, .email, .gender, .address, .remark, .marketingConsent]
}

/// A card is written as its number alone, another means of identification as `kind:number`.
enum Card {
    static let kind = "card"

    /// As the store keeps it. Phones are no cards: they have a field of their own.
    static func element(_ written: String) -> String? {
        let element = written.contains(":") ? written : "\(kind):\(written)"
        return MemberField.identity.form.accepts(element) && !element.hasPrefix("phone:") ? element : nil
    }

    static func elements(_ written: [String], at path: String) throws(RequestFault) -> [String] {
        var elements: [String] = []
        for (index, card) in written.enumerated() {
            guard let element = element(card) else { throw .notACard("\(path)[\(index)]") }
            elements.append(element)
        }
        return elements
    }

    static func written(_ element: String) -> String {
        element.hasPrefix("\(kind):") ? String(element.dropFirst(kind.count + 1)) : element
    }

    /// Kind and number, for a look-up.
    static func parts(_ element: String) -> (kind: String, number: String)? {
        guard let colon = element.firstIndex(of: ":") else { return nil }
        return (String(element[..<colon]), String(element[element.index(after: colon)...]))
    }
}
