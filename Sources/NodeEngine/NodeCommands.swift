import Administration
import LineCodec
import Loyalty
import ReplicaStore
import Replication

/// The technician's commands at a node.
struct NodeCommands {
    let engine: NodeEngine
    let nowMilliseconds: UInt64

    private var store: ReplicaStore { engine.store }
    private var reads: ReadCommands { ReadCommands(store: store) }

    func answer(_ words: [String]) -> CommandAnswer {
        CommandAnswer.of {
            var arguments = CommandArguments(words)
            let command = try arguments.next("the command")
            if let rows = try reads.rows(for: command, &arguments) { return rows }
            switch command {
            case "status": return [try status()]
            case "tills.list": return try store.tills().map(tillRow)
            case "tills.add": return try addTill(arguments.next("the till's name"))
            case "tills.revoke": return try revokeTill(arguments.next("the till's name"))
            case "members.create", "members.edit": return try edit(command, &arguments)
            case "members.import": return [try importMembers(&arguments)]
            case "sales.record": return try record(&arguments)
            case "nodes.list", "nodes.revoke", "invite", "members.link", "members.unlink", "cases.resolve":
                throw CommandFault(.refused, "only headquarters does this: run it at the hub")
            case _: throw CommandFault(.usage, "this node has no command \(command)")
            }
        }
    }

    private func status() throws -> CommandRow {
        let status = try engine.status(nowMilliseconds)
        return CommandRow([
            "chain": status.chainName, "node": String(status.node), "branch": status.branchCode,
            "name": status.branchName, "state": status.isConnected ? "connected" : "not connected",
            "connected_since": status.connectedSinceMilliseconds.map(String.init),
            "last_heard_at": status.lastHeardMilliseconds.map(String.init), "refused_because": status.refusal,
            "failed_because": status.failure, "has_ever_connected": ReadCommands.word(status.hasEverConnected),
            "image_percent": status.imagePercent.map(String.init), "waiting": String(status.waitingOperations),
            "waiting_since": status.waitingSinceMilliseconds.map(String.init),
            "applied": String(status.appliedPosition), "hub_position": status.hubPosition.map(String.init),
            "audited_through": status.auditedThrough.map(String.init),
            "audited_at": status.auditedAtMilliseconds.map(String.init),
            "clock_ahead_milliseconds": status.clockAheadMilliseconds.map(String.init),
            "open_cases": String(try reads.cases().count), "incidents": String(status.incidents),
            "members": String(try store.reader.count(.members)),
            "sales": String(try store.reader.count(.sales)), "digest": RecordID(status.digest).hexadecimal,
        ])
    }

    private func tillRow(_ till: ReplicaStore.Till) -> CommandRow {
        CommandRow([
            "till": till.name, "state": till.revokedAtMilliseconds == nil ? "active" : "revoked",
            "added_at": String(till.addedAtMilliseconds), "revoked_at": till.revokedAtMilliseconds.map(String.init),
        ])
    }

    /// The token is shown once; only its hash is kept.
    private func addTill(_ name: String) throws -> [CommandRow] {
        guard (1...Sale.textCharactersMax).contains(name.unicodeScalars.count) else {
            throw CommandFault(.usage, "a till's name has 1 to \(Sale.textCharactersMax) characters")
        }
        let token = engine.randomBytes(24)
        guard try store.addTill(name, token: token, nowMilliseconds: nowMilliseconds) else {
            throw CommandFault(.refused, "there is a till \(name) already, or there was: choose another name")
        }
        return [CommandRow(["till": name, "token": Hexadecimal.text(token)])]
    }

    private func revokeTill(_ name: String) throws -> [CommandRow] {
        guard try store.revokeTill(name, nowMilliseconds: nowMilliseconds) else {
            throw CommandFault(.notFound, "no active till is named \(name)")
        }
        return [CommandRow(["till": name, "state": "revoked"])]
    }

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
        let current = Member(id: member, state: try store.reader.member(member)?.state ?? RecordState())
        let planned: MemberEdit?
        do throws(EditRefusal) { planned = try request.edit(of: current, as: .shop) } catch {
            throw CommandFault(error)
        }
        if !isDry {
            let moment = ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: engine.randomBytes(16))
            if case .refused(let refusal, _) = try store.edit(request, at: moment) { throw CommandFault(refusal) }
        }
        return EditRows.of(planned, to: member)
    }

    private func importMembers(_ arguments: inout CommandArguments) throws -> CommandRow {
        let requests = try ImportedMembers.parse(&arguments, country: store.identity.country)
        do {
            let written = try store.edit(requests, at: nowMilliseconds) { engine.randomBytes(16) }
            return ImportedMembers.row(written: written, of: requests.count)
        } catch let refusal as EditRefusal {
            throw CommandFault(refusal)
        }
    }

    private func record(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let isDry = try arguments.next("dry or do") == "dry"
        let sale = try SaleArguments.parse(&arguments)
        do throws(SaleFault) { try sale.check() } catch { throw CommandFault(error) }
        if isDry {
            let existing = try store.sale(sale.id)
            guard existing == nil || existing == sale else {
                throw CommandFault(
                    .refused, "another sale with this number is in the books: its time, lines or member differ")
            }
            return [CommandRow(["sale": sale.id.hexadecimal, "written": existing == nil ? "sale" : "nothing"])]
        }
        let moment = ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: engine.randomBytes(16))
        switch try store.record(sale, at: moment) {
        case .recorded: return [CommandRow(["sale": sale.id.hexadecimal, "written": "sale"])]
        case .repeated: return [CommandRow(["sale": sale.id.hexadecimal, "written": "nothing"])]
        case .different:
            throw CommandFault(
                .refused, "another sale with this number is in the books: its time, lines or member differ")
        case .refused(let fault): throw CommandFault(fault)
        }
    }
}
