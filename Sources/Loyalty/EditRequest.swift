package import Replication

/// What somebody at a till or at headquarters wants to change, with what they saw on the screen.
package struct EditRequest: Equatable, Sendable {
    package struct Change: Equatable, Sendable {
        package let slot: Slot
        /// Nil clears a register or takes an element out of a set.
        package let value: [UInt8]?
        /// The dots that were on the screen; nil to replace whatever is live here (a new member, an import).
        package let seen: [Dot]?

        package init(slot: Slot, value: [UInt8]?, seen: [Dot]?) {
            self.slot = slot
            self.value = value
            self.seen = seen
        }

        package static func set(_ field: MemberField, _ value: String, seen: [Dot]? = nil) -> Change {
            Change(slot: Slot(field: field.rawValue), value: Array(value.utf8), seen: seen)
        }

        package static func clear(_ field: MemberField, seen: [Dot]? = nil) -> Change {
            Change(slot: Slot(field: field.rawValue), value: nil, seen: seen)
        }

        package static func add(_ element: String, to field: MemberField) -> Change {
            Change(slot: Slot(field: field.rawValue, element: Array(element.utf8)), value: [], seen: nil)
        }

        package static func remove(_ element: String, from field: MemberField) -> Change {
            Change(slot: Slot(field: field.rawValue, element: Array(element.utf8)), value: nil, seen: nil)
        }
    }

    package let member: RecordID
    /// True where the id was minted for this request; a member that is already there is then left alone.
    package let creates: Bool
    package let author: String
    package let reason: String?
    package let changes: [Change]

    package init(member: RecordID, creates: Bool, author: String, reason: String? = nil, changes: [Change]) {
        self.member = member
        self.creates = creates
        self.author = author
        self.reason = reason
        self.changes = changes
    }
}

/// Why an edit was not made. Nothing has been written.
package enum EditRefusal: Error, Equatable, Sendable {
    case unknownMember
    /// Somebody has changed these fields since they were shown.
    case stale([MemberField])
    case fault(EditFault)
}

extension EditRequest {
    /// The edit to be written, given what lives of the member at this replica. Nil where it is already so.
    package func edit(of current: Member, as authority: Authority) throws(EditRefusal) -> MemberEdit? {
        if creates, !current.state.live.isEmpty { return nil }
        guard creates || !current.state.live.isEmpty else { throw .unknownMember }
        let stale = changes.filter { change in
            change.seen.map { $0.sorted() != current.state.dots(in: change.slot) } ?? false
        }
        guard stale.isEmpty else { throw .stale(stale.compactMap { MemberField(rawValue: $0.slot.field) }) }
        let edit = MemberEdit(
            member: member, authority: authority, author: author, reason: reason,
            writes: changes.compactMap { Self.write($0, over: current.state) })
        guard !edit.writes.isEmpty else { return nil }
        do throws(EditFault) { try edit.check() } catch { throw .fault(error) }
        return edit
    }

    /// Nil where the write would change nothing.
    private static func write(_ change: Change, over state: RecordState) -> Write? {
        let live = state.cells(in: change.slot)
        if let value = change.value, live.count == 1, live[0].value == value { return nil }
        if change.value == nil, live.isEmpty { return nil }
        return Write(slot: change.slot, value: change.value, replaces: live.map(\.dot))
    }
}
