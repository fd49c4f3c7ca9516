import Administration
import Localization

/// The state of a hub or a node in plain sentences, for whoever has to decide whether to call somebody.
struct StatusReport {
    let rows: [CommandRow]
    /// False where nobody serves and the command has looked into the database itself.
    let isRunning: Bool
    /// Nil at a hub.
    let certificateUntilSeconds: Int64?
    let presentation: Presentation
    let language: Language

    /// Clocks of shops are never quite right; nobody need be told of this much.
    private static let clockToleranceMilliseconds: Int64 = 5_000

    // MARK: A node

    var node: String {
        guard let row = rows.first else { return "" }
        let title = "\(row["name"] ?? "") (\(row["branch"] ?? "")), \(row["chain"] ?? "")"
        let sentences = line(row) + waiting(row) + view(row) + attention(row)
        return text(title, sentences + [.holding(row)], facts: Self.rest(row))
    }

    private func line(_ row: CommandRow) -> [Phrase] {
        guard isRunning else { return [StatusSentence.notRunning(start: "branchline node run")] }
        if row["state"] == "connected", let since = time(row, "connected_since") {
            return [StatusSentence.connected(since: since)]
        }
        if let refusal = row["refused_because"] { return refused(refusal) }
        let lastHeard = time(row, "last_heard_at")
        let hasEverConnected = row["has_ever_connected"] == "yes"
        let first =
            lastHeard == nil && hasEverConnected
            ? StatusSentence.notConnectedSinceStart : StatusSentence.notConnected(since: lastHeard)
        return [first] + (row["failed_because"].map { [StatusSentence.lastFailure($0)] } ?? [])
    }

    /// `code: the hub's own words`.
    private func refused(_ refusal: String) -> [Phrase] {
        let parts = refusal.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
        let sentence = SyncProblem.sentence(forCode: parts.first.map(String.init) ?? refusal)
        return [sentence] + (parts.count == 2 ? [StatusSentence.headquartersSaid(String(parts[1]))] : [])
    }

    private func waiting(_ row: CommandRow) -> [Phrase] {
        guard let waiting = row["waiting"].flatMap({ UInt64($0) }) else { return [] }
        return [StatusSentence.waiting(waiting)]
            + (time(row, "waiting_since").map { [StatusSentence.waitingSince($0)] } ?? [])
    }

    private func view(_ row: CommandRow) -> [Phrase] {
        let compared = time(row, "audited_at").map { [StatusSentence.compared(at: $0)] } ?? []
        guard row["state"] == "connected", let head = row["hub_position"].flatMap({ UInt64($0) }),
            let applied = row["applied"].flatMap({ UInt64($0) })
        else { return (time(row, "last_heard_at").map { [StatusSentence.asOf($0)] } ?? []) + compared }
        if let percent = row["image_percent"].flatMap({ Int($0) }) {
            return [StatusSentence.beginning(percent: percent)]
        }
        return [StatusSentence.behind(head - min(head, applied))] + compared
    }

    private func attention(_ row: CommandRow) -> [Phrase] {
        var phrases = cases(row)
        if let ahead = row["clock_ahead_milliseconds"].flatMap({ Int64($0) }),
            ahead.magnitude > Self.clockToleranceMilliseconds.magnitude
        {
            phrases.append(StatusSentence.clock(aheadSeconds: ahead / 1_000))
        }
        if let until = certificateUntilSeconds,
            until - WallClock.nowSeconds() < Self.certificateWarningDays * 86_400
        {
            let time = Instant.text(until * 1_000, zone: presentation.zone)
            phrases.append(StatusSentence.certificate(untilTime: time))
        }
        return phrases
    }

    /// The node renews by itself long before.
    private static let certificateWarningDays: Int64 = 14

    // MARK: A hub

    var hub: String {
        guard let chain = rows.first else { return "" }
        let nodes = rows.dropFirst()
        let active = nodes.filter { !["revoked", "lost"].contains($0["state"]) }
        let missing = active.filter { $0["state"] != "connected" || $0["waiting"] != "0" }.count
        let running = StatusSentence.notRunning(start: "branchline hub run")
        let branches = active.isEmpty ? StatusSentence.noBranch : StatusSentence.missing(branches: missing)
        return text(
            chain["chain"] ?? "",
            [isRunning ? branches : running] + cases(chain)
                + [.holding(chain), StatusSentence.exposure(rights(chain))],
            facts: Self.rest(chain))
            + (nodes.isEmpty ? "" : "\n" + presentation.tables(nodes.map(branch)))
    }

    private func branch(_ row: CommandRow) -> CommandRow {
        let state: StatusWord? =
            switch row["state"] {
            case "connected": .connected
            case "not connected": .notConnected
            case "revoked": .revoked
            case "lost": .lost
            case _: nil
            }
        return CommandRow(
            columns: [
                word(.branch), "", word(.state), word(.lastSeen), word(.waiting), word(.behind), word(.rights),
                "software", " ",
            ],
            values: [
                row["branch"], row["name"], state.map(word) ?? row["state"],
                time(row, "last_seen_at") ?? word(.never), row["waiting"] ?? (state == .revoked ? "" : "?"),
                state == .revoked ? "" : row["behind"], rights(row), row["software"],
                row["revoked_because"] ?? row["lost_because"],
            ])
    }

    /// `points 1200, stored 50.00`.
    private func rights(_ row: CommandRow) -> String {
        (row["rights"] ?? "").split(separator: " ").map { item in
            let parts = item.split(separator: "=").map(String.init)
            guard parts.count == 2, let amount = Int64(parts[1]) else { return String(item) }
            guard parts[0].hasSuffix("_minor") else { return "\(parts[0]) \(amount)" }
            return "\(parts[0].dropLast("_minor".count)) \(Currency.text(amount, presentation.currency))"
        }.joined(separator: ", ")
    }

    // MARK: Both

    private func cases(_ row: CommandRow) -> [Phrase] {
        let open = row["open_cases"].flatMap { Int($0) } ?? 0
        let incidents = row["incidents"].flatMap { Int($0) } ?? 0
        return [StatusSentence.openCases(open)] + (incidents > 0 ? [StatusSentence.incidents(incidents)] : [])
    }

    private func text(_ title: String, _ sentences: [Phrase], facts: String) -> String {
        title + "\n\n" + sentences.map { $0.text(in: language) + "\n" }.joined() + "\n" + facts + "\n"
    }

    /// What technicians compare between replicas.
    private static func rest(_ row: CommandRow) -> String {
        "digest \(row["digest"] ?? "") at position \(row["position"] ?? row["applied"] ?? "")"
    }

    private func time(_ row: CommandRow, _ name: String) -> String? {
        row[name].flatMap { Int64($0) }.map { Instant.text($0, zone: presentation.zone) }
    }

    private func word(_ word: StatusWord) -> String { word.word.text(in: language) }
}

extension Phrase {
    fileprivate static func holding(_ row: CommandRow) -> Phrase {
        StatusSentence.holding(
            members: row["members"].flatMap { Int64($0) } ?? 0, sales: row["sales"].flatMap { Int64($0) } ?? 0)
    }
}
