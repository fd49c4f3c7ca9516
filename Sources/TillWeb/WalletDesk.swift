import Administration
import Hummingbird
import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// What a member has, and how it came about, for one till's one request.
struct WalletDesk {
    let desk: TillDesk
    let language: Language

    // MARK: Balances

    func wallets(_ id: String) async throws(Problem) -> Reply {
        let member = try await known(id)
        let wallets = try await desk.wallets(of: member)
        let status = try await desk.status()
        let date = try desk.date(ofMilliseconds: desk.nowMilliseconds())
        let types = try await desk.read { try $0.programme() }.wallets(on: date)
        let warnings: [TillWarning] = status.isConnected ? [] : [.offline]
        return Reply(
            .ok,
            [
                "member": .text(member.hexadecimal),
                "wallets": .list(types.map { wallet($0, wallets, on: date, isConnected: status.isConnected) }),
                "as_of": .optional(wallets.summaryAtMilliseconds) { .text(desk.calendar.text(ofMilliseconds: $0)) },
                "warnings": .list(warnings.map { $0.json(in: language) }), "branch": status.branch(desk.calendar),
            ])
    }

    private func wallet(
        _ type: InForce<WalletType>, _ wallets: MemberWallets, on date: CivilDate, isConnected: Bool
    ) -> JSON {
        let (account, code) = (wallets.account, type.code)
        let told = wallets.summaries?.first { $0.wallet == code }
        let here = account.spendable(code, by: wallets.holder, on: date)
        let pending = account.pending(code, on: date)
        let total = max(told?.balance ?? 0, account.balance(code, on: date))
        let elsewhere = type.rule.kind == .growth ? 0 : max(0, total - here - pending)
        let soon = date.adding(days: TillLimits.expiringSoonDays)
        return [
            "wallet": .text(code), "kind": .text(type.rule.kind.rawValue), "total": .integer(total),
            "usable_here": .integer(here), "usable_elsewhere": .integer(elsewhere),
            "pending": .integer(pending),
            "expiring": [
                "amount": .integer(account.expiring(code, from: date, through: soon)), "through": .text(soon.text),
            ],
            "owed": .integer(max(told?.owed ?? 0, account.owed(code))),
            "held": .list((told?.held ?? []).map(\.json)),
            "note": .text(type.rule.kind.usable(here, of: total, isConnected: isConnected).text(in: language)),
        ]
    }

    // MARK: Lots and movements

    func lots(_ id: String) async throws(Problem) -> Reply {
        let member = try await known(id)
        let account = try await desk.read { try $0.account(of: member) }
        let date = try desk.date(ofMilliseconds: desk.nowMilliseconds())
        let lots = account.lots.filter { $0.terms.kind != .coupon }.suffix(TillLimits.lotsMax)
        return Reply(
            .ok,
            [
                "member": .text(member.hexadecimal), "lots": .list(lots.map { lot($0, on: date) }),
                "more": .bool(account.lots.count > TillLimits.lotsMax), "covers": "this_branch",
                "branch": try await desk.status().branch(desk.calendar),
            ])
    }

    private func lot(_ lot: Lot, on date: CivilDate) -> JSON {
        let terms = lot.terms
        return [
            "id": .text(terms.id.hexadecimal), "wallet": .text(terms.wallet), "kind": .text(terms.kind.rawValue),
            "opened_on": .text(terms.openedOn.text),
            "available_on": .optional(terms.availableOn) { .text($0.text) },
            "expires_on": .optional(terms.expiresOn) { .text($0.text) }, "earned": .integer(lot.earned),
            "received": .integer(lot.received), "sent": .integer(lot.sent), "refunded": .integer(lot.refunded),
            "spent": .integer(lot.spent), "expired": .integer(lot.expired), "taken_back": .integer(lot.clawedBack),
            "left_here": .integer(lot.right(of: holder)), "spendable": .bool(terms.isSpendable(on: date)),
        ]
    }

    func ledger(_ id: String, _ query: [(name: String, value: String)]) async throws(Problem) -> Reply {
        let place = try place(query)
        let member = try await known(id)
        let lines = try await desk.read { try $0.ledger(of: member, before: place) }
        let isFull = lines.count == LedgerLine.pageMax
        return Reply(
            .ok,
            [
                "member": .text(member.hexadecimal), "entries": .list(lines.map(entry)),
                "next": .optional(isFull ? lines.last : nil) { .text(Self.text($0.place)) },
                "covers": "this_branch", "branch": try await desk.status().branch(desk.calendar),
            ])
    }

    private func place(_ query: [(name: String, value: String)]) throws(Problem) -> LedgerLine.Place {
        if let stranger = query.first(where: { $0.name != "before" }) { throw Problem(.unknown(stranger.name)) }
        guard let (_, text) = query.first else { return .end }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        guard query.count == 1, parts.count == 2, let position = parts[0], let number = parts[1] else {
            throw Problem(.notOneOf("before", ["next"]))
        }
        return LedgerLine.Place(position: position, number: number)
    }

    private static func text(_ place: LedgerLine.Place) -> String { "\(place.position).\(place.number)" }

    private func entry(_ line: LedgerLine) -> JSON {
        [
            "entry": .text(Self.text(line.place)), "at": .text(desk.calendar.text(ofMilliseconds: line.atMilliseconds)),
            "kind": .text(line.kind), "wallet": .text(line.wallet), "amount": .integer(line.amount),
            "lot": .optional(line.lot) { .text($0.hexadecimal) }, "from": place(line.from), "to": place(line.to),
            "operation": .text(line.operation), "reference": .optional(line.business) { .text($0.hexadecimal) },
        ]
    }

    private func place(_ holder: RightsHolder?) -> JSON {
        switch holder {
        case nil: .null
        case .hub?: "headquarters"
        case .actor?: holder == self.holder ? "here" : "elsewhere"
        }
    }

    private var holder: RightsHolder { .actor(desk.identity.actor) }

    /// Somebody with an account here, even where their profile has not arrived.
    private func known(_ id: String) async throws(Problem) -> RecordID {
        guard let id = RecordID(hexadecimal: id) else { throw Problem.unknownMember }
        if try await desk.read({ try $0.member(id) }) != nil { return id }
        guard try await desk.read({ try $0.account(of: id) }).lots.isEmpty == false else {
            throw Problem.unknownMember
        }
        return id
    }
}

extension Problem {
    static var unknownMember: Problem { Problem(.notFound, EditRefusal.unknownMember.sentence) }
}
