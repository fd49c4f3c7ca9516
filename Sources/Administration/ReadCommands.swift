import Digests
import Localization
package import Loyalty
package import ReplicaStore
package import Replication

/// The commands that only read, the same at the hub and at a node.
package struct ReadCommands {
    let store: ReplicaStore

    package init(store: ReplicaStore) { self.store = store }

    package static let queryRowsMax = 100_000
    package static let casesMax = 10_000

    /// Nil where the command is not one of these.
    package func rows(for command: String, _ arguments: inout CommandArguments) throws -> [CommandRow]? {
        switch command {
        case "chain": [chain]
        case "members.find": try find(kind: arguments.next("phone, card or name"), arguments.next("what to look for"))
        case "members.show":
            try show(memberID(arguments.next("a member's id")), arguments.remaining())
        case "points.show": try account(AccountRows.points, &arguments)
        case "wallets.show": try account(AccountRows.money, &arguments)
        case "cases.list": try list(in: Language(preference: arguments.optional()))
        case "cases.show": try explain(&arguments, clocks: false)
        case "cases.explain": try explain(&arguments, clocks: true)
        case "verify": try verify()
        case "incidents": try incidents()
        case _: try SideQuestion.rows(for: command, &arguments, from: store.reader)
        }
    }

    /// - Throws: a usage fault for anything but 32 hexadecimal digits.
    package static func record(_ text: String) throws -> RecordID {
        guard let id = RecordID(hexadecimal: text.lowercased()) else {
            throw CommandFault(.usage, "\(text) is not an id: 32 hexadecimal digits are")
        }
        return id
    }

    /// Finds a member by the id or by the beginning of it, which only one member may have.
    package func memberID(_ text: String) throws -> RecordID {
        let digits = text.lowercased()
        if let id = RecordID(hexadecimal: digits) { return id }
        guard digits.utf8.count >= Self.beginningDigitsMin else {
            throw CommandFault(
                .usage, "\(text) is too short: give a member's id, or at least \(Self.beginningDigitsMin) digits of it")
        }
        let found = try store.reader.members(withIDBeginning: digits, limit: 2)
        guard let first = found.first else {
            throw CommandFault(.notFound, "no member's id begins with \(text); look it up: branchline members find")
        }
        guard found.count == 1 else {
            throw CommandFault(.usage, "several members' ids begin with \(text); give more of it")
        }
        return first
    }

    /// Fewer would find somebody by mistake.
    private static let beginningDigitsMin = 4

    private func list(in language: Language) throws -> [CommandRow] {
        let rows = CaseRows(store: store, language: language)
        return try cases().map(rows.summary)
    }

    /// A case's id, and the language of its explanation.
    private func explain(_ arguments: inout CommandArguments, clocks: Bool) throws -> [CommandRow] {
        let item = try openCase(arguments.next("a case's id"))
        return try CaseRows(store: store, language: Language(preference: arguments.optional()))
            .rows(for: item, explaining: clocks)
    }

    /// Finds a case by its id or by the beginning of it.
    package func openCase(_ text: String) throws -> Case {
        guard !text.isEmpty else { throw CommandFault(.usage, "give a case's id, or the beginning of it") }
        let found = try cases().filter { $0.id.hexadecimal.hasPrefix(text.lowercased()) }
        guard let first = found.first else {
            throw CommandFault(
                .notFound,
                "no open case's id begins with \(text); it was settled or has changed: branchline cases list")
        }
        guard found.count == 1 else {
            throw CommandFault(.usage, "\(found.count) cases' ids begin with \(text); give more of it")
        }
        return first
    }

    package func cases() throws -> [Case] { try store.reader.openCases(limit: Self.casesMax) }

    package func member(_ id: RecordID) throws -> Member {
        guard let member = try store.reader.member(id) else {
            throw CommandFault(.notFound, "there is no member with the id \(id.hexadecimal)")
        }
        return member
    }

    private var chain: CommandRow {
        let identity = store.identity
        return CommandRow([
            "chain": identity.chainName, "zone": identity.zone, "currency": identity.currency,
            "country": identity.country, "role": identity.role.rawValue, "node": String(identity.node.value),
            "branch": identity.branchCode,
        ])
    }

    private func find(kind: String, _ text: String) throws -> [CommandRow] {
        let members: [Member]
        switch kind {
        case "name": members = try store.reader.members(named: text)
        case "phone":
            guard let phone = PhoneNumber.canonical(text, country: store.identity.country) else {
                throw CommandFault(.usage, "\(text) is not a phone number; foreign ones need their country: +852…")
            }
            members = try store.reader.members(kind: "phone", value: phone)
        case _: members = try store.reader.members(kind: kind, value: text)
        }
        return try members.map(summary)
    }

    private func summary(_ member: Member) throws -> CommandRow {
        let earned = try store.reader.earned(by: member.id)
        return CommandRow([
            "member": member.id.hexadecimal, "name": member.value(.name), "phone": member.value(.phone),
            "birthday": member.value(.birthday), "branch": member.value(.joinedBranch),
            "points_earned": String(earned.points), "sales": String(earned.sales),
            "contested": member.contestedFields.map(\.name).joined(separator: ","),
        ])
    }

    /// - Parameter options: `clock` for clocks; a business date for what lies in the wallets.
    private func show(_ id: RecordID, _ options: [String]) throws -> [CommandRow] {
        let date = options.lazy.compactMap { CivilDate($0) }.first
        let wallets = try date.map {
            try AccountRows(store: store, date: $0).rows(of: id, Set(LotKind.allCases), entries: false)
        }
        return try values(of: id, clocks: options.contains("clock")) + (wallets ?? [])
    }

    /// A member's id, and the day on which balances are counted.
    private func account(_ kinds: Set<LotKind>, _ arguments: inout CommandArguments) throws -> [CommandRow] {
        let id = try memberID(arguments.next("a member's id"))
        _ = try member(id)
        return try AccountRows(store: store, date: Self.date(arguments.next("the business date")))
            .rows(of: id, kinds, entries: true)
    }

    package static func date(_ text: String) throws -> CivilDate {
        guard let date = CivilDate(text) else { throw CommandFault(.usage, "\(text) is not a date: YYYY-MM-DD") }
        return date
    }

    private func values(of id: RecordID, clocks: Bool) throws -> [CommandRow] {
        let member = try member(id)
        let earned = try store.reader.earned(by: id)
        let person = try store.reader.person(of: id)
        let about = CommandRow([
            "member": id.hexadecimal, "points_earned": String(earned.points), "sales": String(earned.sales),
            "same_person": person.filter { $0 != id }.map(\.hexadecimal).joined(separator: ","),
            "deleted": member.isDeleted ? "yes" : "no",
        ])
        return [about]
            + (try member.state.live.map {
                try CaseRows(store: store, language: .english).row(for: $0, of: member, clocks: clocks)
            })
    }

    private func verify() throws -> [CommandRow] {
        let result = try store.verify()
        return [
            CommandRow([
                "sound": Self.word(result.isSound), "file": Self.word(result.isFileSound),
                "fold": Self.word(result.isFoldEqual), "chains": Self.word(result.areChainsSound),
                "books": Self.word(result.areBooksSound), "operations": String(result.operations),
                "digest": RecordID(result.digest.sum).hexadecimal,
            ])
        ]
    }

    private func incidents() throws -> [CommandRow] {
        try store.incidents(limit: 1_000).map {
            CommandRow(["at": String($0.atMilliseconds), "kind": $0.kind, "detail": $0.detail])
        }
    }

    package static func word(_ condition: Bool) -> String { condition ? "yes" : "no" }
}
