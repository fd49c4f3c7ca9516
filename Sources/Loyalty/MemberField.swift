/// The fields of a member record, with everything that is declared about each. The raw value travels and never changes.
package enum MemberField: UInt16, CaseIterable, Sendable {
    case name = 1
    case phone = 2
    case birthday = 3
    case email = 4
    case gender = 5
    case address = 6
    case remark = 7
    case homeBranch = 8
    case joinedAt = 9
    case joinedBranch = 10
    case lastVisitAt = 11
    case marketingConsent = 12
    case frozen = 13
    case life = 14
    case tag = 15
    /// Cards and other numbers by which a member is found; the element is `kind:number`.
    case identity = 16
    /// Another member who is the same person; the element is that member's id. Kept at the lower of the two ids.
    case samePerson = 17

    package static let schemaRevision = 1

    /// The name in commands, views and messages.
    package var name: String {
        switch self {
        case .name: "name"
        case .phone: "phone"
        case .birthday: "birthday"
        case .email: "email"
        case .gender: "gender"
        case .address: "address"
        case .remark: "remark"
        case .homeBranch: "home_branch"
        case .joinedAt: "joined_at"
        case .joinedBranch: "joined_branch"
        case .lastVisitAt: "last_visit_at"
        case .marketingConsent: "marketing_consent"
        case .frozen: "frozen"
        case .life: "life"
        case .tag: "tag"
        case .identity: "identity"
        case .samePerson: "same_person"
        }
    }

    package init?(name: String) {
        guard let field = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = field
    }

    package var policy: FieldPolicy {
        switch self {
        case .name, .phone, .birthday, .email: .askPeople
        case .gender, .address, .remark, .homeBranch: .latest
        case .joinedAt, .joinedBranch: .smallest
        case .lastVisitAt: .largest
        case .marketingConsent: .wins("no")
        case .frozen: .wins("yes")
        case .life: .wins("deleted")
        case .tag, .identity, .samePerson: .set
        }
    }

    /// Personal values travel in the part of an operation that can be dropped later.
    package var isPersonal: Bool {
        switch self {
        case .name, .phone, .birthday, .email, .gender, .address, .remark, .identity: true
        case .homeBranch, .joinedAt, .joinedBranch, .lastVisitAt, .marketingConsent, .frozen, .life, .tag,
            .samePerson:
            false
        }
    }

    package var form: ValueForm {
        switch self {
        case .name: .text(charactersMax: 64)
        case .phone: .phone
        case .birthday: .birthday
        case .email: .email
        case .gender: Self.genderForm
        case .address: .text(charactersMax: 256)
        case .remark: .text(charactersMax: 1_024)
        case .homeBranch, .joinedBranch: .text(charactersMax: 32)
        case .joinedAt, .lastVisitAt: .instant
        case .marketingConsent, .frozen: Self.answerForm
        case .life: Self.lifeForm
        case .tag: .text(charactersMax: 48)
        case .identity: .identity
        case .samePerson: .record
        }
    }

    private static let genderForm = ValueForm.choice(["female", "male", "other", "unspecified"])
    private static let answerForm = ValueForm.choice(["yes", "no"])
    private static let lifeForm = ValueForm.choice(["active", "deleted"])
}

/// What is shown where several values stand beside each other, and whether people are asked.
package enum FieldPolicy: Equatable, Sendable {
    /// Siblings are a case; the latest is shown meanwhile.
    case askPeople
    /// The latest is shown; no case.
    case latest
    case smallest
    case largest
    /// This value is shown if it is among the siblings: an opt-out, a freeze, a deletion.
    case wins(String)
    /// Add-wins set of elements.
    case set
}
