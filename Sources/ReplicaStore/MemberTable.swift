import Loyalty
import Replication

/// The rows of members and what is looked up by: tags, phones and cards, links.
struct MemberTable {
    let transaction: WriteTransaction
    private let packing: ClockPacking

    init(transaction: WriteTransaction) {
        self.transaction = transaction
        packing = ClockPacking(
            key: { actor in
                guard let state = transaction.actors[actor] else {
                    throw StoreError.damaged("a write by an unknown actor")
                }
                return state.key
            },
            actor: { key in
                guard let state = transaction.actors[key] else {
                    throw StoreError.damaged("no actor has the number \(key)")
                }
                return state.actor
            })
    }

    /// The record with nothing in it where there is none.
    func read(_ id: RecordID) throws -> Member {
        let state = try transaction.statements.first(.readMember, .identifier(id.value)) {
            try Self.state(in: $0, packing)
        }
        return Member(id: id, state: state ?? RecordState())
    }

    static func state(in row: SQLStatement, _ packing: ClockPacking) throws -> RecordState {
        try packing.unpack(row.bytes(MemberColumns.clocks)) { slot in
            guard let column = MemberColumns.column(of: slot.field), !row.isNull(column) else {
                throw StoreError.damaged("a clock without its value")
            }
            return row.bytes(column)
        }
    }

    /// A record in which nothing lives, and nothing waits for a verdict, has no row.
    ///
    /// - Parameter touched: in no other field is anything different.
    func write(_ member: Member, replacing before: Member, touching touched: FieldSet) throws {
        let id = SQLValue.identifier(member.id.value)
        if member.state.isEmpty {
            try transaction.statements.run(.deleteMember, [id])
        } else {
            let shown = ShownValues(of: member.state)
            let clocks = SQLValue.blob(try packing.pack(member.state, isShown: shown.isShown))
            // A row of which nothing is left is deleted, so that one that had something is there.
            let columns = before.state.isEmpty ? MemberColumns.all : touched.intersection(MemberColumns.all)
            var values: [SQLValue] = []
            values.reserveCapacity(shown.cells.count + 3)
            for (field, cell) in zip(MemberColumns.registers, shown.cells) where columns.contains(FieldSet(field)) {
                values.append(SQLValue.optional(cell) { .text($0.value) })
            }
            values += [.integer(shown.contestedBits), clocks, id]
            if before.state.isEmpty {
                try transaction.statements.run(.insertMember, values)
            } else {
                try transaction.statements.updateMember(columns, values)
            }
        }
        try project(member, replacing: before, touching: touched)
    }

    private func project(_ member: Member, replacing before: Member, touching touched: FieldSet) throws {
        let id = SQLValue.identifier(member.id.value)
        if !touched.isDisjoint(with: FieldSet(.tag, .life)) {
            try change(from: tags(before), to: tags(member), add: .addTag, remove: .removeTag) { [.text($0), id] }
        }
        if !touched.isDisjoint(with: FieldSet(.phone, .identity, .life)) {
            try change(from: identities(before), to: identities(member), add: .addIdentity, remove: .removeIdentity) {
                let key = LookupKey.of(kind: $0.kind, value: $0.value, secret: transaction.lookupSecret)
                return [.text($0.kind), .identifier(key), id]
            }
        }
        if !touched.isDisjoint(with: FieldSet(.samePerson)) {
            try change(from: links(before), to: links(member), add: .addLink, remove: .removeLink) {
                [id, .identifier($0)]
            }
        }
    }

    private func change<Item: Hashable>(
        from before: Set<Item>, to after: Set<Item>, add: HotQuery, remove: HotQuery, row: (Item) -> [SQLValue]
    ) throws {
        for item in before.subtracting(after) { try transaction.statements.run(remove, row(item)) }
        for item in after.subtracting(before) { try transaction.statements.run(add, row(item)) }
    }

    private func tags(_ member: Member) -> Set<String> {
        member.isDeleted ? [] : Set(member.elements(.tag))
    }

    private func links(_ member: Member) -> Set<UInt128> {
        Set(member.elements(.samePerson).compactMap(RecordID.init(hexadecimal:)).map(\.value))
    }

    private func identities(_ member: Member) -> Set<Identity> {
        #if DEBUG
            let isKept = transaction.bug == .claimOfDeletedKept
        #else
            let isKept = false
        #endif
        guard !member.isDeleted || isKept else { return [] }
        let phones = member.liveValues(.phone).map { Identity(kind: Identity.phone, value: $0) }
        return Set(phones + member.elements(.identity).compactMap(Identity.init(spelled:)))
    }
}

/// What a member is found by.
struct Identity: Hashable {
    let kind: String
    let value: String

    static let phone = "phone"

    init(kind: String, value: String) {
        self.kind = kind
        self.value = value
    }

    /// `kind:value`, as in the element of an identity.
    init?(spelled: String) {
        guard let colon = spelled.firstIndex(of: ":") else { return nil }
        kind = String(spelled[..<colon])
        value = String(spelled[spelled.index(after: colon)...])
    }
}
