import HubEngine
import LineCodec
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// The administrator at the hub's control socket.
extension SimulatedChain {
    /// One row of an answer.
    struct Row {
        let fields: [String: String]

        subscript(name: String) -> String? { fields[name] }

        init(_ fields: [String?]) {
            var named: [String: String] = [:]
            for index in stride(from: 0, to: fields.count - 1, by: 2) {
                if let name = fields[index], let value = fields[index + 1] { named[name] = value }
            }
            self.fields = named
        }
    }

    /// Runs a command to its end; no rows where it failed or the hub ended meanwhile.
    func command(_ words: [String], note: String = "") throws -> [Row] {
        let id = nextConnection()
        answers[id] = []
        undertaking = Undertaking(kind: .command(words, note: note))
        defer { undertaking = nil }
        let request = Message.request(id: 1, arguments: words)
        try tell(.connected(id, .administrator))
        try tell(.received(id, [try spelledAndRead(request)]))
        try tell(.disconnected(id))
        var rows: [Row] = []
        for message in answers.removeValue(forKey: id) ?? [] {
            switch try spelledAndRead(message) {
            case .row(_, let fields): rows.append(Row(fields))
            case .failed(_, let code, let detail):
                let isAllowed = ["stale", "refused", "not_found", "usage"].contains(code) || isWriteFault(detail)
                try check(isAllowed, .engine, "\(words): \(code), \(detail)")
                return []
            case .done:
                for dot in undertaking?.dots ?? [] { ledger.promise(dot) }
                return rows
            case _: throw failure(.engine, "not an answer to a command: \(message)")
            }
        }
        return rows
    }

    private func spelledAndRead(_ message: Message) throws -> Message { try Message.parse(message.line()[...]) }

    private func isWriteFault(_ detail: String) -> Bool { detail.contains("disk is full") }

    // MARK: A day's work

    func administer() throws {
        guard hub.process.isUp, isChaos else { return }
        commandNumber += 1
        let note = "note \(commandNumber)"
        switch people.below(100) {
        case 0..<55: try settleSomeCase(note)
        case 55..<75: try editFromHeadquarters(note)
        case 75..<82: try linkOrUnlink(note)
        case 82..<88: try createAtHeadquarters(note)
        case 88..<93: try sellAtHeadquarters(note)
        case 93..<96: try lookAround()
        case _: try revokeOutlaw()
        }
    }

    private func doOrDry() -> String {
        let isDry = people.chance(percent: 10)
        if isDry { mark(.dryRunAnswered) }
        return isDry ? "dry" : "do"
    }

    private func settleSomeCase(_ note: String) throws {
        let cases = try command(["cases.list"])
        for item in cases { markOpened(item["kind"]) }
        guard !cases.isEmpty else { return }
        let kinds = Set(cases.compactMap { $0["kind"] }).sorted()
        let kind = people.pick(kinds)
        let item = people.pick(cases.filter { $0["kind"] == kind })
        guard let id = item["case"] else { return }
        let verb: String
        switch kind {
        case "member.field": verb = "keep=" + (item["sides"]?.split(separator: " | ").last.map(String.init) ?? "")
        case "tier.disputed": verb = people.pick(["acknowledge", "accept-loss", "void", "fraud"])
        case let kind where !kind.hasPrefix("member."):
            verb = people.pick(["acknowledge", "acknowledge", "accept-loss", "charge-member", "void"])
        case _: verb = people.chance(percent: 60) ? "same-person" : "distinct"
        }
        let way = doOrDry()
        let rows = try command(["cases.resolve", way, "administrator", note, id, verb], note: note)
        if !rows.isEmpty, way == "do" { markSettled(kind, verb) }
    }

    func markOpened(_ kind: String?) {
        switch kind {
        case "member.field": mark(.fieldCaseOpened)
        case "coupon.double_redemption": mark(.redemptionCaseOpened)
        case "points.debt": mark(.debtCaseOpened)
        case "coupon.over_limit": mark(.limitCaseOpened)
        case "tier.disputed": mark(.tierCaseOpened)
        case let kind? where !kind.hasPrefix("member."): mark(.judgedCaseOpened)
        case _: mark(.identityCaseOpened)
        }
    }

    private func markSettled(_ kind: String, _ verb: String) {
        if kind == "tier.disputed", verb != "acknowledge" { return mark(.tierCaseSettled) }
        switch verb {
        case "acknowledge": mark(.verdictAcknowledged)
        case "accept-loss", "charge-member": mark(.ledgerCaseSettled)
        case "same-person": mark(.membersLinked)
        case "distinct": mark(.membersKeptApart)
        case _: mark(.fieldCaseResolved)
        }
    }

    private func editFromHeadquarters(_ note: String) throws {
        guard !ledger.members.isEmpty else { return }
        let change = people.pick([
            "name=Head Office", "remark=checked", "+tag=hq", "-tag=vip", "life=deleted", "frozen=yes",
        ])
        let id = people.pick(ledger.members).hexadecimal
        _ = try command(["members.edit", doOrDry(), "administrator", note, id, change], note: note)
    }

    private func linkOrUnlink(_ note: String) throws {
        guard ledger.members.count > 1 else { return }
        let verb = people.chance(percent: 60) ? "members.link" : "members.unlink"
        let pair = [people.pick(ledger.members).hexadecimal, people.pick(ledger.members).hexadecimal]
        _ = try command([verb, doOrDry(), "administrator", note] + pair, note: note)
    }

    private func createAtHeadquarters(_ note: String) throws {
        let id = RecordID(people.identifier())
        let rows = try command(
            ["members.create", "do", "administrator", note, id.hexadecimal, "name=New", "phone=13800138001"],
            note: note)
        if !rows.isEmpty { ledger.meet(id) }
    }

    private func sellAtHeadquarters(_ note: String) throws {
        let id = RecordID(people.identifier()).hexadecimal
        let words = ["sales.record", "do", id, "", "desk", note, String(now), "2026-05-29", "p1", "1000", "250", "0"]
        _ = try command(words, note: note)
        _ = try command(words, note: note)
    }

    private func lookAround() throws {
        _ = try command(["status"])
        _ = try command(["nodes.list"])
        _ = try command(["query", "SELECT count(*) FROM record_clocks"])
        guard !ledger.members.isEmpty else { return }
        _ = try command(["members.show", people.pick(ledger.members).hexadecimal, "clock"])
    }

    private func revokeOutlaw() throws {
        guard let outlaw, people.chance(percent: 25) else { return }
        _ = try command(["nodes.revoke", String(outlaw.node.value), "it lies"])
    }
}
