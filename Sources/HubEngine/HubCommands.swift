import Administration
import Digests
import LineCodec
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// The administrator's commands at the hub.
struct HubCommands {
    let engine: HubEngine
    let nowMilliseconds: UInt64

    var store: ReplicaStore { engine.store }
    var reads: ReadCommands { ReadCommands(store: store) }

    func answer(_ words: [String]) -> CommandAnswer {
        CommandAnswer.of {
            var arguments = CommandArguments(words)
            let command = try arguments.next("the command")
            if let rows = try reads.rows(for: command, &arguments) {
                if command == "verify" { try alarm(rows) }
                return rows
            }
            switch command {
            case "status": return try status()
            case "nodes.list": return try nodeRows()
            case "points.adjust", "wallets.adjust": return try adjust(&arguments, isMoney: command == "wallets.adjust")
            case "points.transfer", "wallets.transfer":
                return try move(&arguments, isMoney: command == "wallets.transfer")
            case "programme.set": return try declare(&arguments)
            case "programme.withdraw": return try withdraw(&arguments)
            case "programme.show": return try showRule(&arguments)
            case "programme.list": return try listRules(&arguments)
            case "coupons.issue": return try issue(&arguments)
            case "coupons.show": return try showCoupon(&arguments)
            case "coupons.void": return try voidCoupons(&arguments)
            case "coupons.reissue": return try reissue(&arguments)
            case "nodes.declare-lost": return try declareLost(&arguments)
            case "nodes.revoke":
                return try revoke(arguments.next("a node or branch"), because: arguments.next("a reason"))
            case "invite": return try invite(&arguments)
            case "members.create", "members.edit": return try edit(command, &arguments)
            case "members.import": return [try importMembers(&arguments)]
            case "members.link", "members.unlink": return try link(command, &arguments)
            case "cases.resolve": return try resolve(&arguments)
            case "sales.record": return try record(&arguments)
            case "tills.list", "tills.add", "tills.revoke":
                throw CommandFault(.refused, "this is the hub; a branch's tills are its node's affair")
            case _: throw CommandFault(.usage, "this hub has no command \(command)")
            }
        }
    }

    // MARK: The chain

    /// A ledger that does not add up is for a person to look into, whoever asked.
    private func alarm(_ verification: [CommandRow]) throws {
        guard verification.first?["books"] == "no" else { return }
        try store.noteIncident(
            "books",
            detail: "a lot is not the sum of its movements, the rights to it are not what is left, or a branch's "
                + "account is not the sum of its charges",
            nowMilliseconds: nowMilliseconds)
    }

    private func status() throws -> [CommandRow] {
        let identity = store.identity
        let connected = engine.lines.values.filter { $0.session.isSyncing }.count
        let chain = CommandRow([
            "chain": identity.chainName, "position": String(store.head),
            "members": String(try store.reader.count(.members)), "sales": String(try store.reader.count(.sales)),
            "nodes": String(try store.roster().count), "connected": String(connected),
            "open_cases": String(try reads.cases().count), "incidents": String(try store.reader.count(.incident)),
            "digest": RecordID(store.digest.sum).hexadecimal, "currency": identity.currency,
            "zone": identity.zone, "rights": Self.rights(try store.reader.exposures()),
        ])
        return [chain] + (try nodeRows())
    }

    private func nodeRows() throws -> [CommandRow] {
        let exposures = try store.reader.exposures()
        return try store.roster().map { entry in
            nodeRow(entry, holding: exposures.filter { $0.node == entry.node })
        }
    }

    private func nodeRow(
        _ entry: ReplicaStore.RosterEntry, holding exposures: [ReplicaReader.Exposure]
    ) -> CommandRow {
        let line = engine.lines.values.first { $0.node == entry.node && $0.session.isSyncing }
        let applied = max(entry.appliedPosition, line?.session.appliedThrough ?? 0)
        let held = store.actorStates.filter { $0.node == entry.node }.map(\.lastSequence).reduce(0, +)
        return CommandRow([
            "node": String(entry.node.value), "branch": entry.branchCode, "name": entry.branchName,
            "state": state(of: entry, isConnected: line != nil),
            "last_seen_at": (line?.lastHeardMilliseconds ?? entry.lastSeenAtMilliseconds).map(String.init),
            "waiting": line.map { String(waiting(at: $0)) },
            "behind": String(
                store.head - min(store.head, line?.session.sentThrough == store.head ? store.head : applied)),
            "operations": String(held), "applied": String(applied), "software": entry.software,
            "revoked_at": entry.revokedAtMilliseconds.map(String.init), "revoked_because": entry.revokedBecause,
            "lost_at": entry.lostAtMilliseconds.map(String.init), "lost_because": entry.lostBecause,
            "rights": Self.rights(exposures),
        ])
    }

    private func state(of entry: ReplicaStore.RosterEntry, isConnected: Bool) -> String {
        if entry.revokedAtMilliseconds != nil { return "revoked" }
        if entry.lostAtMilliseconds != nil { return "lost" }
        return isConnected ? "connected" : "not connected"
    }

    /// What the node has said that it has and the hub does not hold yet.
    private func waiting(at line: HubEngine.Line) -> UInt64 {
        line.written.reduce(0) { sum, head in
            let held = store.actorState(head.actor)?.lastSequence ?? 0
            return sum + (head.sequence - min(head.sequence, held))
        }
    }

    private func revoke(_ name: String, because reason: String) throws -> [CommandRow] {
        guard !reason.isEmpty else { throw CommandFault(.usage, "a reason is needed; it is kept") }
        let entry = try node(called: name) { $0.revokedAtMilliseconds == nil }
        _ = try store.revoke(entry.node, because: reason, nowMilliseconds: nowMilliseconds)
        for id in engine.lines.keys.sorted() where engine.lines[id]?.node == entry.node {
            engine.refuse(id, .revoked, reason)
        }
        return [CommandRow(["node": String(entry.node.value), "branch": entry.branchCode, "state": "revoked"])]
    }

    /// All that an invitation says; its spelling is the transport's.
    private func invite(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let code = try arguments.next("the branch's code")
        let name = try arguments.next("the branch's name")
        guard let hours = UInt64(try arguments.next("hours")), (1...24 * 365).contains(hours) else {
            throw CommandFault(.usage, "an invitation holds between one hour and one year")
        }
        let isShort = (1...32).contains(code.unicodeScalars.count) && name.unicodeScalars.count <= 64
        guard isShort else { throw CommandFault(.usage, "the code has 1 to 32 characters, the name at most 64") }
        let token = engine.randomBytes(16)
        let expires = nowMilliseconds + hours * 3_600_000
        try store.invite(token: token, branchCode: code, branchName: name, expiresAtMilliseconds: expires)
        return [
            CommandRow([
                "host": engine.settings.address, "port": String(engine.settings.port),
                "fingerprint": Hexadecimal.text(engine.settings.authorityFingerprint),
                "token": Hexadecimal.text(token), "branch": code, "name": name, "expires_at": String(expires),
            ])
        ]
    }

    // MARK: Members and sales

    /// `dry` or `do`, author, reason, id, then changes.
    private func edit(_ command: String, _ arguments: inout CommandArguments) throws -> [CommandRow] {
        let isDry = try arguments.next("dry or do") == "dry"
        let author = try arguments.next("the author")
        let reason = try arguments.next("the reason")
        let id = try arguments.next("a member's id")
        let member = try command == "members.create" ? ReadCommands.record(id) : reads.memberID(id)
        let changes = try ChangeArguments.parse(arguments.remaining(), country: store.identity.country)
        let request = EditRequest(
            member: member, creates: command == "members.create", author: author,
            reason: reason.isEmpty ? nil : reason, changes: changes)
        return try write(request, isDry: isDry)
    }

    private func importMembers(_ arguments: inout CommandArguments) throws -> CommandRow {
        let requests = try ImportedMembers.parse(&arguments, country: store.identity.country)
        do {
            let operations = try store.draft(requests, at: nowMilliseconds) { engine.randomBytes(16) }
            try engine.accept(
                operations.map { ReplicaStore.Arrival(operation: $0, node: .hub) }, nowMilliseconds)
            return ImportedMembers.row(written: operations.count, of: requests.count)
        } catch let refusal as EditRefusal {
            throw CommandFault(refusal)
        }
    }

    /// The edge between two members is kept at the lower id.
    private func link(_ command: String, _ arguments: inout CommandArguments) throws -> [CommandRow] {
        let isDry = try arguments.next("dry or do") == "dry"
        let author = try arguments.next("the author")
        let reason = try arguments.next("the reason")
        let pair = try [arguments.next("a member's id"), arguments.next("another member's id")].map(reads.memberID)
        return try write(
            try linking(pair[0], pair[1], isLinked: command == "members.link", author, reason), isDry: isDry)
    }

    func linking(
        _ first: RecordID, _ second: RecordID, isLinked: Bool, _ author: String, _ reason: String
    ) throws -> EditRequest {
        guard first != second else { throw CommandFault(.usage, "a member is always the same person as itself") }
        for id in [first, second] { _ = try reads.member(id) }
        let (low, high) = first < second ? (first, second) : (second, first)
        let change: EditRequest.Change =
            isLinked ? .add(high.hexadecimal, to: .samePerson) : .remove(high.hexadecimal, from: .samePerson)
        return EditRequest(
            member: low, creates: false, author: author, reason: reason.isEmpty ? nil : reason, changes: [change])
    }

    func write(_ request: EditRequest, isDry: Bool) throws -> [CommandRow] {
        let moment = ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: engine.randomBytes(16))
        let draft = try store.draft(request, at: moment)
        if let refusal = draft.refusal { throw CommandFault(refusal) }
        guard let operation = draft.operation else { return EditRows.of(nil, to: request.member) }
        guard case .member(let edit)? = Fact(operation) else {
            throw CommandFault(.refused, "the edit cannot be read back")
        }
        if !isDry { try accept(operation) }
        return EditRows.of(edit, to: request.member)
    }

    func accept(_ operation: Operation) throws {
        try engine.accept([ReplicaStore.Arrival(operation: operation, node: .hub)], nowMilliseconds)
    }

    private func record(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let isDry = try arguments.next("dry or do") == "dry"
        let sale = try SaleArguments.parse(&arguments)
        do throws(SaleFault) { try sale.check() } catch { throw CommandFault(error) }
        if let existing = try store.sale(sale.id) {
            guard existing == sale else {
                throw CommandFault(
                    .refused, "another sale with this number is in the books: its time, lines or member differ")
            }
            return [CommandRow(["sale": sale.id.hexadecimal, "written": "nothing"])]
        }
        if !isDry { try accept(try store.draft(sale, at: nowMilliseconds)) }
        return [CommandRow(["sale": sale.id.hexadecimal, "written": "sale"])]
    }

    // MARK: Cases

    /// The instruction, case, how: `keep=VALUE` or `same-person`, or a verb of `settle`.
    private func resolve(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let instruction = try Instruction(&arguments)
        let item = try reads.openCase(arguments.next("a case's id"))
        let verb = try arguments.next("how it is settled")
        switch item.subject {
        case .field(let member, let field, let siblings):
            guard verb.hasPrefix("keep=") else { throw CommandFault(.usage, "settle it with keep=VALUE") }
            let value = String(verb.dropFirst("keep=".count))
            let change = EditRequest.Change(
                slot: Slot(field: field.rawValue), value: value.isEmpty ? nil : Array(value.utf8),
                seen: siblings.map(\.dot))
            return try write(
                EditRequest(
                    member: member, creates: false, author: instruction.author, reason: instruction.reason,
                    changes: [change]), isDry: instruction.isDry)
        case .sameIdentity(_, _, let members):
            if verb == "distinct" { return try decide(item, .distinct, instruction) }
            guard verb == "same-person", let first = members.first else {
                throw CommandFault(.usage, "settle it with same-person or distinct")
            }
            return try members.dropFirst().flatMap {
                try write(
                    try linking(first, $0, isLinked: true, instruction.author, instruction.reason),
                    isDry: instruction.isDry)
            }
        case .judged, .redeemedAgain, .overLimit, .overLoss, .tierDisputed, .debt, .sameReference:
            return try settle(item, verb, instruction)
        }
    }
}

extension HubEngine {
    func administer(_ message: Message, on id: ConnectionID, _ nowMilliseconds: UInt64) {
        guard case .request(let number, let words) = message else {
            actions.append(.send(id, [.error(.unexpected, detail: "only DO, by an administrator")]))
            return
        }
        let answer = HubCommands(engine: self, nowMilliseconds: nowMilliseconds).answer(words)
        actions.append(.log(.command(words.first ?? "")))
        actions.append(.send(id, answer.messages(number)))
    }
}
