package import Loyalty

/// How headquarters' rules are told.
package enum ProgrammeRows {
    /// The latest revision of every code.
    package static func list(_ programme: Programme, on date: CivilDate) -> [CommandRow] {
        var latest: [ProgrammeItem] = []
        for item in programme.items {
            if let last = latest.last, (last.category, last.code) == (item.category, item.code) { latest.removeLast() }
            latest.append(item)
        }
        return latest.map { item in
            CommandRow([
                "category": item.category.rawValue, "code": item.code, "revision": String(item.revision),
                "effective_from": day(of: item), "state": state(item, on: date),
                "name": item.rule.flatMap { RuleSpelling.fields($0).first { $0.key == "name" }?.value },
            ])
        }
    }

    /// The item, then key by key what it says.
    package static func rows(_ item: ProgrammeItem, written: String? = nil) -> [CommandRow] {
        let head = CommandRow([
            "category": item.category.rawValue, "code": item.code, "revision": String(item.revision),
            "effective_from": day(of: item), "state": item.rule == nil ? "withdrawn" : "declared",
            "written": written,
        ])
        return [head]
            + (item.rule.map(RuleSpelling.fields) ?? []).filter { $0.value != nil }.map {
                CommandRow(["key": $0.key, "value": $0.value])
            }
    }

    /// Nothing for what has always held.
    private static func day(of item: ProgrammeItem) -> String? {
        item.effectiveFrom == .first ? nil : item.effectiveFrom.text
    }

    private static func state(_ item: ProgrammeItem, on date: CivilDate) -> String {
        guard item.effectiveFrom <= date else { return "to come" }
        return item.rule == nil ? "withdrawn" : "in force"
    }
}
