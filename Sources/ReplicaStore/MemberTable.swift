import Loyalty
import Replication

/// The rows of members and what is looked up by: tags, phones and cards, links.
struct MemberTable {
    let transaction: WriteTransaction

    private var packing: ClockPacking {
        let actors = transaction.actors
        return ClockPacking(
            key: { actor in
                guard let state = actors[actor] else { throw StoreError.damaged("a write by an unknown actor") }
                return state.key
            },
            actor: { key in
                guard let state = actors[key] else { throw StoreError.damaged("no actor has the number \(key)") }
                return state.actor
            })
    }

    /// The record with nothing in it where there is none.
    func read(_ id: RecordID) throws -> Member {
        let statement = try transaction.statements[.readMember]
        defer { statement.reset() }
        try statement.bind(.identifier(id.value))
        guard try statement.step() else { return Member(id: id, state: RecordState()) }
        return Member(id: id, state: try Self.state(in: statement, packing))
    }

    static func state(in row: SQLStatement, _ packing: ClockPacking) throws -> RecordState {
        try packing.unpack(row.bytes(MemberColumns.clocks)) { slot in
            guard let column = MemberColumns.column(of: slot.field), !row.isNull(column) else {
                throw StoreError.damaged("a clock without its value")
            }
            return row.bytes(column)
        }
    }

    func write(_ member: Member, replacing before: Member) throws {
        let shown = MemberColumns.registers.map(member.shown)
        let clocks = try packing.pack(member.state) { cell in shown.contains(cell) }
        let statement = try transaction.statements[.writeMember]
        defer { statement.reset() }
        try statement.bind(
            all: [.identifier(member.id.value)]
                + shown.map { SQLValue.optional($0) { .text($0.value) } }
                + [.integer(MemberColumns.contestedBits(member)), .blob(clocks)])
        _ = try statement.step()
        try project(member, replacing: before)
    }

    private func project(_ member: Member, replacing before: Member) throws {
        let id = SQLValue.identifier(member.id.value)
        try change(from: tags(before), to: tags(member), add: .addTag, remove: .removeTag) { [.text($0), id] }
        try change(from: identities(before), to: identities(member), add: .addIdentity, remove: .removeIdentity) {
            let key = LookupKey.of(kind: $0.kind, value: $0.value, secret: transaction.lookupSecret)
            return [.text($0.kind), .identifier(key), id]
        }
        try change(from: links(before), to: links(member), add: .addLink, remove: .removeLink) {
            [id, .identifier($0)]
        }
    }

    private func change<Item: Hashable>(
        from before: Set<Item>, to after: Set<Item>, add: HotQuery, remove: HotQuery, row: (Item) -> [SQLValue]
    ) throws {
        guard before != after else { return }
        for item in before.subtracting(after) { try run(remove, row(item)) }
        for item in after.subtracting(before) { try run(add, row(item)) }
    }

    private func run(_ query: HotQuery, _ values: [SQLValue]) throws {
        let statement = try transaction.statements[query]
        defer { statement.reset() }
        try statement.bind(all: values)
        _ = try statement.step()
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
