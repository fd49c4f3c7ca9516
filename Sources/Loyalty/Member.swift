package import Replication

/// A member as people see it: what is shown for each field, and what stands beside it.
package struct Member: Equatable, Sendable {
    package let id: RecordID
    package let state: RecordState

    package init(id: RecordID, state: RecordState) {
        self.id = id
        self.state = state
    }

    /// The cell that is shown for a register; nil where nothing is live.
    package func shown(_ field: MemberField) -> Cell? {
        FieldPolicy.shown(among: state.cells(in: Slot(field: field.rawValue)), by: field.policy)
    }

    package func value(_ field: MemberField) -> String? {
        shown(field).map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// The elements of a set, ascending by bytes.
    package func elements(_ field: MemberField) -> [String] {
        var elements: [[UInt8]] = []
        for cell in state.live where cell.slot.field == field.rawValue && elements.last != cell.slot.element {
            elements.append(cell.slot.element)
        }
        return elements.map { String(decoding: $0, as: UTF8.self) }
    }

    package var isDeleted: Bool { value(.life) == "deleted" }

    /// Fields in which people must choose between different values.
    package var contestedFields: [MemberField] {
        MemberField.allCases.filter { field in
            guard field.policy == .askPeople else { return false }
            let cells = state.cells(in: Slot(field: field.rawValue))
            return Set(cells.map(\.value)).count > 1
        }
    }

    /// Every live value of a field that people look members up by; siblings included, so that either finds them.
    package func liveValues(_ field: MemberField) -> [String] {
        Set(state.cells(in: Slot(field: field.rawValue)).map(\.value))
            .map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
}

extension FieldPolicy {
    package static func shown(among cells: [Cell], by policy: FieldPolicy) -> Cell? {
        switch policy {
        case .askPeople, .latest, .set:
            cells.max(by: Cell.isShownAfter)
        case .smallest:
            cells.min { ($0.value.spelling, $0.dot) < ($1.value.spelling, $1.dot) }
        case .largest:
            cells.max { ($0.value.spelling, $0.dot) < ($1.value.spelling, $1.dot) }
        case .wins(let winner):
            cells.first { $0.value.elementsEqual(winner.utf8) } ?? cells.max(by: Cell.isShownAfter)
        }
    }
}

/// Byte order, as SQLite compares text.
private struct Spelling: Comparable {
    let bytes: [UInt8]
    static func < (a: Self, b: Self) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

extension [UInt8] {
    fileprivate var spelling: Spelling { Spelling(bytes: self) }
}
