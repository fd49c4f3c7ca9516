import Digests
import Localization
import Loyalty
import Replication

/// One row of a file of members, checked.
struct MemberRow {
    let number: Int
    /// From what identifies the member in the file, so that a second import finds the first.
    let id: RecordID
    /// As the command `members.create` takes them.
    let changes: [String]
    let phone: String?
    let card: String?

    static let columns =
        ["id", "card"] + fields.map(\.name) + ["tags"]
    private static let fields: [MemberField] = [
        .phone, .name, .birthday, .email, .gender, .address, .remark, .marketingConsent, .homeBranch,
    ]

    /// The words that people see on screens will do as headings, too.
    static let aliases: [String: String] = Dictionary(
        fields.flatMap { field in
            [field.label.english.lowercased(), field.label.chinese].map { ($0, field.name) }
        } + [("手机", "phone"), ("卡号", "card"), ("tag", "tags"), ("标签", "tags")]
    ) { first, _ in first }

    /// - Parameter branchCode: of the importing branch; empty at the hub.
    init(_ row: TableFile.Row, country: String, branchCode: String, faults: inout RowFaults) throws {
        number = row.number
        do { phone = try Self.phone(in: row, country: country) } catch let fault as RowFault {
            faults.add(fault)
            phone = nil
        }
        card = row["card"]
        var changes = Self.fields.dropFirst().compactMap { field in Self.change(field, row, &faults) }
        if let phone { changes.append("phone=\(phone)") }
        if let card { changes.append("+identity=" + Self.identity(card, row, &faults)) }
        changes += Self.tags(row, &faults)
        if !branchCode.isEmpty { changes.append("joined_branch=\(branchCode)") }
        self.changes = changes
        guard let key = row["id"].map({ ("id", $0) }) ?? card.map({ ("card", $0) }) ?? phone.map({ ("phone", $0) })
        else {
            if row["phone"] == nil {
                faults.add(
                    row.fault(
                        nil, "give an id, a card or a phone, so that the member is known again", "请填写 id、card 或 phone"))
            }
            id = RecordID(0)
            return
        }
        id = Self.recordID(kind: key.0, value: key.1)
    }

    /// Everybody who imports the same member makes the same id.
    static func recordID(kind: String, value: String) -> RecordID {
        RecordID(IntentID.make(Array("import.member".utf8), Array(kind.utf8), Array(value.utf8)))
    }

    static func phone(in row: TableFile.Row, column: String = "phone", country: String) throws -> String? {
        guard let typed = row[column] else { return nil }
        guard let phone = PhoneNumber.canonical(typed, country: country) else {
            throw row.fault(
                column, "“\(typed)” is not a phone number. " + MemberField.phone.form.expectation.english,
                "“\(typed)”不是电话号码。" + MemberField.phone.form.expectation.chinese)
        }
        return phone
    }

    private static func change(_ field: MemberField, _ row: TableFile.Row, _ faults: inout RowFaults) -> String? {
        guard let typed = row[field.name] else { return nil }
        let value = normal(typed, field)
        guard field.form.accepts(value) else {
            faults.add(fault(field.name, typed, field, row))
            return nil
        }
        return "\(field.name)=\(value)"
    }

    private static func identity(_ card: String, _ row: TableFile.Row, _ faults: inout RowFaults) -> String {
        let identity = "card:\(card)"
        if !MemberField.identity.form.accepts(identity) {
            faults.add(
                row.fault("card", "“\(card)” is not a card's number: 1 to 64 signs without blanks", "“\(card)”不是卡号"))
        }
        return identity
    }

    private static func tags(_ row: TableFile.Row, _ faults: inout RowFaults) -> [String] {
        let parts = (row["tags"] ?? "").split(whereSeparator: { $0 == ";" || $0 == "；" })
        let tags = parts.map { $0.trimmingPrefix(while: \.isWhitespace) }.map { trimmedEnd($0) }
        for tag in tags where !MemberField.tag.form.accepts(tag) { faults.add(fault("tags", tag, .tag, row)) }
        return Set(tags).sorted().map { "+tag=\($0)" }
    }

    private static func trimmedEnd(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace ?? false { text = text.dropLast() }
        return String(text)
    }

    private static func fault(
        _ column: String, _ typed: String, _ field: MemberField, _ row: TableFile.Row
    ) -> RowFault {
        row.fault(
            column, "“\(typed)” will not do. " + field.form.expectation.english,
            "“\(typed)”不行。" + field.form.expectation.chinese)
    }

    /// What spreadsheets and people write for what we store.
    private static func normal(_ typed: String, _ field: MemberField) -> String {
        switch field {
        case .gender:
            ["女": "female", "男": "male", "f": "female", "m": "male"][typed.lowercased()] ?? typed.lowercased()
        case .marketingConsent: ["是": "yes", "否": "no"][typed] ?? typed.lowercased()
        case .birthday: WrittenDate(typed)?.date.text ?? typed
        case _: typed
        }
    }
}
