import LineCodec
import Loyalty
import Replication

/// The rows of members and what is looked up by: tags, phones and cards, links.
struct MemberTable {
    let transaction: WriteTransaction
    private let packing: ClockPacking

    init(transaction: WriteTransaction) {
        self.transaction = transaction
        packing = ClockPacking(key: transaction.key(of:), actor: transaction.actor(numbered:))
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
        if member.state.isEmpty {
            try transaction.statements.run(.deleteMember, [.identifier(member.id.value)])
        } else if before.state.isEmpty {
            // A row of which nothing is left is deleted, so that one that had something is there.
            try write(member, MemberColumns.all, to: transaction.statements[.insertMember])
        } else {
            let columns = touched.intersection(MemberColumns.all)
            try write(member, columns, to: transaction.statements.memberUpdate(columns))
        }
        try project(member, replacing: before, touching: touched)
    }

    private func write(_ member: Member, _ columns: FieldSet, to row: SQLStatement) throws {
        let live = member.state.live
        let shown = ShownValues(of: member.state)
        row.begin()
        for (column, place) in shown.places.enumerated() where columns.contains(MemberColumns.sets[column]) {
            if let place { row.add(text: live[place].value) } else { row.addNull() }
        }
        if !columns.isDisjoint(with: MemberColumns.contestable) { row.add(shown.contestedBits) }
        row.add(blob: try packing.pack(member.state) { shown.isShown($0, of: live[$0].slot.field) })
        row.add(member.id.value)
        try row.runComplete()
    }

    private func project(_ member: Member, replacing before: Member, touching touched: FieldSet) throws {
        let id = member.id.value
        if !touched.isDisjoint(with: FieldSet(.tag, .life)) {
            try change(from: tags(before), to: tags(member), add: .addTag, remove: .removeTag) { tag, row in
                row.add(text: tag)
                row.add(id)
            }
        }
        if !touched.isDisjoint(with: FieldSet(.phone, .identity, .life)) {
            try change(from: identities(before), to: identities(member), add: .addIdentity, remove: .removeIdentity) {
                identity, row in
                row.add(text: Array(identity.prefix { $0 != Self.colon }))
                row.add(transaction.lookup.of(identity))
                row.add(id)
            }
        }
        if !touched.isDisjoint(with: FieldSet(.samePerson)) {
            try change(from: links(before), to: links(member), add: .addLink, remove: .removeLink) { other, row in
                row.add(id)
                row.add(other)
            }
        }
    }

    private func change<Item: Hashable>(
        from before: [Item], to after: [Item], add: HotQuery, remove: HotQuery, bind: (Item, SQLStatement) -> Void
    ) throws {
        guard before != after else { return }
        let (known, wanted) = (Set(before), before.isEmpty ? [] : Set(after))
        for item in before where !wanted.contains(item) { try run(remove) { bind(item, $0) } }
        for item in after where !known.contains(item) { try run(add) { bind(item, $0) } }
    }

    private func run(_ query: HotQuery, bind: (SQLStatement) -> Void) throws {
        let row = try transaction.statements[query]
        row.begin()
        bind(row)
        try row.runComplete()
    }

    private func tags(_ member: Member) -> [[UInt8]] { member.isDeleted ? [] : elements(.tag, of: member) }

    private func links(_ member: Member) -> [UInt128] {
        elements(.samePerson, of: member).compactMap { Hexadecimal.identifier($0) }
    }

    /// What a member is found by, each as `kind:value`.
    private func identities(_ member: Member) -> [[UInt8]] {
        #if DEBUG
            let isKept = transaction.bug == .claimOfDeletedKept
        #else
            let isKept = false
        #endif
        guard !member.isDeleted || isKept else { return [] }
        let phones = member.state.cells(ofField: MemberField.phone.rawValue).map { Self.phone + $0.value }
        return phones + elements(.identity, of: member).filter { $0.contains(Self.colon) }
    }

    /// Ascending.
    private func elements(_ field: MemberField, of member: Member) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        for cell in member.state.cells(ofField: field.rawValue) where elements.last != cell.slot.element {
            elements.append(cell.slot.element)
        }
        return elements
    }

    private static let phone = Array("phone:".utf8)
    private static let colon = UInt8(ascii: ":")
}
