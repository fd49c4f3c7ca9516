import Localization
import Loyalty
import Replication

/// What a till wants changed, each with what was on the screen.
struct MemberChanges {
    let changes: [EditRequest.Change]
    /// A phone that is given, and cards that are added: somebody else may have them.
    let phone: String?
    let cards: [String]

    init(_ body: JSON, country: String) throws(Problem) {
        var registers: [(path: String, change: TypedChange)] = []
        let elements: [EditRequest.Change]
        do throws(RequestFault) {
            var fields = try RequestFields(body)
            for var item in try fields.objects("changes") {
                registers.append((item.path("value"), try TypedChange(&item)))
            }
            cards = try Card.elements(try fields.texts("add_cards"), at: "add_cards")
            elements =
                try fields.texts("add_tags").map { .add($0, to: .tag) }
                + fields.texts("remove_tags").map { .remove($0, from: .tag) } + cards.map { .add($0, to: .identity) }
                + Card.elements(fields.texts("remove_cards"), at: "remove_cards").map { .remove($0, from: .identity) }
            try fields.end()
        } catch {
            throw Problem(error)
        }
        var changes: [EditRequest.Change] = []
        for (path, typed) in registers { changes.append(try typed.change(country: country, at: path)) }
        self.changes = changes + elements
        phone = changes.last { $0.slot == Slot(field: MemberField.phone.rawValue) }?.value
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// One register's new value, as it was typed.
private struct TypedChange {
    let field: MemberField
    let value: String?
    let seen: [Dot]

    init(_ fields: inout RequestFields) throws(RequestFault) {
        let name = try fields.text("field")
        guard let field = MemberField(name: name) else { throw .unknown(name) }
        guard Self.editable.contains(field) else { throw .notForTills(name) }
        self.field = field
        value = try fields.textOrNull("value")
        guard let seen = SeenDots.read(try fields.text("seen")) else { throw .notDots(fields.path("seen")) }
        self.seen = seen
        try fields.end()
    }

    func change(country: String, at path: String) throws(Problem) -> EditRequest.Change {
        guard let value else { return .clear(field, seen: seen) }
        guard field == .phone else { return .set(field, value, seen: seen) }
        guard let phone = PhoneNumber.canonical(value, country: country) else {
            throw Problem(.invalidPhone, field: path)
        }
        return .set(field, phone, seen: seen)
    }

    /// What a member says of themselves at the till. The rest is written by the program or by headquarters.
    private static let editable: Set<MemberField> = [
        .name, .phone, .birthday, .email, .gender, .address, .remark, .homeBranch, .marketingConsent,
    ]
}

extension EditRequest {
    /// True for the repeat of an edit whose answer got lost: all that it asks for is what lives now, although it names
    /// what lived before.
    func isFulfilled(by member: Member) -> Bool {
        changes.allSatisfy { change in
            let live = member.state.cells(in: change.slot)
            guard let value = change.value else { return live.isEmpty }
            return !live.isEmpty && live.allSatisfy { $0.value == value }
        }
    }
}
