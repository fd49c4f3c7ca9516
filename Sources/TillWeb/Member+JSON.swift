import Localization
import Loyalty
import ReplicaStore
import Replication

extension Member {
    /// Everything, each field with the dots that an edit has to name.
    func json(_ calendar: ChainCalendar) -> [(String, JSON)] {
        let registers = MemberField.allCases.filter { $0.policy != .set }
        return [
            ("id", .text(id.hexadecimal)),
            ("fields", .object(registers.map { JSON.Member(name: $0.name, value: json(of: $0, calendar)) })),
            ("tags", .texts(elements(.tag))), ("cards", .texts(elements(.identity).map(Card.written))),
            ("contested", .texts(contestedFields.map(\.name))), ("deleted", .bool(isDeleted)),
        ]
    }

    /// One register: what is shown, what an edit has to have seen, and what stands beside it.
    func json(of field: MemberField, _ calendar: ChainCalendar) -> JSON {
        let cells = state.cells(in: Slot(field: field.rawValue))
        var members = [
            JSON.Member(name: "value", value: .optional(shown(field)) { Self.json($0, field, calendar) }),
            JSON.Member(name: "seen", value: .text(SeenDots.text(cells.map(\.dot)))),
        ]
        if cells.count > 1 {
            let siblings = cells.map { cell -> JSON in
                [
                    "value": Self.json(cell, field, calendar),
                    "written_at": .text(calendar.text(ofMilliseconds: cell.time.milliseconds)),
                    "dot": .text(SeenDots.text([cell.dot])),
                ]
            }
            members.append(JSON.Member(name: "siblings", value: .list(siblings)))
        }
        return .object(members)
    }

    /// A line in a list to choose from.
    var summary: JSON {
        [
            "id": .text(id.hexadecimal), "name": .optional(value(.name), JSON.text),
            "phone": .optional(value(.phone), JSON.text), "birthday": .optional(value(.birthday), JSON.text),
            "cards": .texts(elements(.identity).map(Card.written)),
            "home_branch": .optional(value(.homeBranch), JSON.text), "contested": .texts(contestedFields.map(\.name)),
        ]
    }

    private static func json(_ cell: Cell, _ field: MemberField, _ calendar: ChainCalendar) -> JSON {
        let text = String(decoding: cell.value, as: UTF8.self)
        guard field.form == .instant, let milliseconds = UInt64(text) else { return .text(text) }
        return .text(calendar.text(ofMilliseconds: milliseconds))
    }
}

extension TillWarning {
    func json(in language: Language) -> JSON {
        ["code": .text(rawValue), "detail": .text(sentence.text(in: language))]
    }
}
