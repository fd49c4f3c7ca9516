import Hummingbird
import Localization
import Loyalty
import ReplicaStore
import Replication

/// Money that members load, for one till's one request.
struct TopUpDesk {
    let desk: TillDesk
    let till: String
    let language: Language

    func load(_ member: String, _ body: JSON) async throws(Problem) -> Reply {
        guard let member = RecordID(hexadecimal: member) else { throw Problem.unknownMember }
        let new: NewTopUp
        do throws(RequestFault) { new = try NewTopUp(body, calendar: desk.calendar) } catch { throw Problem(error) }
        if let known = try await desk.read({ try $0.topUp(new.id) }) { return try await repeated(new, member, known) }
        try await desk.refuseSale(new.id)
        // Two tills at once would both find that the member never had the offer.
        guard desk.toppingUp.enter(member) else { throw Problem(.unavailable) }
        defer { desk.toppingUp.leave(member) }
        return try await write(try await topUp(new, member))
    }

    private func write(_ topUp: TopUp) async throws(Problem) -> Reply {
        switch try await desk.record(topUp) {
        case .recorded: return try await reply(.created, topUp, isRepeated: false)
        case .repeated: return try await reply(.ok, topUp, isRepeated: true)
        case .different: throw Problem(.duplicateID, field: "id")
        case .refused(.malformed), .refused(.unknownSale), .refused(.notRefundable): throw Problem(.invalidValue)
        case .refused(.insufficientRights): throw Problem(.insufficientRights)
        }
    }

    private func repeated(_ new: NewTopUp, _ member: RecordID, _ known: TopUp) async throws(Problem) -> Reply {
        let isSame =
            known.member == member && known.till == till && known.cashier == new.cashier && known.tender == new.tender
            && (new.occurredAtMilliseconds ?? known.occurredAtMilliseconds) == known.occurredAtMilliseconds
            && new.charge.isMet(by: known)
        guard isSame else { throw Problem(.duplicateID, field: "id") }
        return try await reply(.ok, known, isRepeated: true)
    }

    // MARK: What may be loaded

    private func topUp(_ new: NewTopUp, _ member: RecordID) async throws(Problem) -> TopUp {
        let time = try desk.time(new.occurredAtMilliseconds)
        let date = try desk.date(ofMilliseconds: time)
        guard let known = try await desk.read({ try $0.member(member) }), !known.isDeleted else {
            throw Problem.unknownMember
        }
        guard known.value(.frozen) != "yes" else { throw Problem(.frozen) }
        let programme = try await desk.read { try $0.programme() }
        let account = try await desk.read { try $0.account(of: member) }
        let plan = try await plan(of: new.charge, account, programme, on: date)
        let principal = plan?.rule.payMinor ?? new.charge.amountMinor
        let bonus = plan?.rule.bonusMinor ?? 0
        try await checkLimit(principal + bonus, member, account, programme, on: date)
        return TopUp(
            id: new.id, member: member, wallet: Programme.storedValueCode, plan: plan?.code ?? "",
            planRevision: plan?.revision ?? 0, till: till, cashier: new.cashier, occurredAtMilliseconds: time,
            businessDate: date, principalMinor: principal, bonusMinor: bonus,
            bonusExpiresOn: plan.flatMap { $0.rule.bonusExpiry(paidOn: date) }, tender: new.tender)
    }

    private func plan(
        of charge: NewTopUp.Charge, _ account: MemberAccount, _ programme: Programme, on date: CivilDate
    ) async throws(Problem) -> InForce<TopUpPlan>? {
        guard case .plan(let code) = charge else { return nil }
        guard let plan = programme.plan(code, on: date) else {
            throw Problem(.unknownPlan, field: "plan", more: ["plans": .list(programme.plans(on: date).map(\.json))])
        }
        let members = account.members
        if plan.rule.oncePerMember, try await desk.read({ try $0.hasToppedUp(members, plan: code) }) {
            throw Problem(.oncePerMember, field: "plan")
        }
        return plan
    }

    /// The law's limit on one account, as far as this branch knows what is in it.
    private func checkLimit(
        _ amount: Int64, _ member: RecordID, _ account: MemberAccount, _ programme: Programme, on date: CivilDate
    ) async throws(Problem) {
        let code = Programme.storedValueCode
        guard let limit = programme.wallet(code, on: date)?.rule.balanceMax else { return }
        let told = try await desk.read { try $0.summaries(of: member) }?.summaries.first { $0.wallet == code }
        let balance = max(account.balance(code, on: date), told?.balance ?? 0)
        guard amount <= limit - balance else {
            throw Problem(
                .balanceLimit, more: ["balance_minor": .integer(balance), "limit_minor": .integer(limit)])
        }
    }

    // MARK: Answering

    private func reply(
        _ status: HTTPResponse.Status, _ topUp: TopUp, isRepeated: Bool
    ) async throws(Problem) -> Reply {
        let member = topUp.member
        let account = try await desk.read { try $0.account(of: member) }
        let here = account.spendable(topUp.wallet, by: .actor(desk.identity.actor), on: topUp.businessDate)
        return Reply(
            status,
            [
                "id": .text(topUp.id.hexadecimal), "member": .text(member.hexadecimal),
                "wallet": .text(topUp.wallet), "plan": .optional(topUp.plan.isEmpty ? nil : topUp.plan, JSON.text),
                "paid_minor": .integer(topUp.principalMinor), "bonus_minor": .integer(topUp.bonusMinor),
                "bonus_expires_on": .optional(topUp.bonusExpiresOn) { .text($0.text) },
                "currency": .text(desk.identity.currency), "tender": .text(topUp.tender.rawValue),
                "till": .text(topUp.till), "cashier": .text(topUp.cashier),
                "occurred_at": .text(desk.calendar.text(ofMilliseconds: topUp.occurredAtMilliseconds)),
                "business_date": .text(topUp.businessDate.text), "usable_here_minor": .integer(here),
                "repeated": .bool(isRepeated),
            ])
    }
}

/// What a till says of money that is loaded.
private struct NewTopUp {
    enum Charge: Equatable {
        case plan(String)
        case amount(minor: Int64)

        /// Zero where the plan says it.
        var amountMinor: Int64 {
            switch self {
            case .plan: 0
            case .amount(let minor): minor
            }
        }

        func isMet(by topUp: TopUp) -> Bool {
            switch self {
            case .plan(let code): topUp.plan == code
            case .amount(let minor): topUp.plan.isEmpty && topUp.principalMinor == minor
            }
        }
    }

    let id: RecordID
    let charge: Charge
    let tender: Tender.Kind
    let cashier: String
    let occurredAtMilliseconds: UInt64?

    init(_ body: JSON, calendar: ChainCalendar) throws(RequestFault) {
        var fields = try RequestFields(body)
        id = try fields.record("id")
        let plan = try fields.optionalText("plan")
        let amount = try fields.optionalAmount("amount_minor", least: 1)
        tender = try fields.moneyKind("tender") ?? .cash
        cashier = try fields.shortText("cashier")
        occurredAtMilliseconds = try fields.time("occurred_at", calendar)
        try fields.end()
        switch (plan, amount) {
        case (let code?, nil): charge = .plan(code)
        case (nil, let minor?): charge = .amount(minor: minor)
        case (nil, nil), (.some, .some): throw .oneOf(["plan", "amount_minor"])
        }
    }
}

extension InForce where Rule == TopUpPlan {
    fileprivate var json: JSON {
        [
            "code": .text(code), "pay_minor": .integer(rule.payMinor), "bonus_minor": .integer(rule.bonusMinor),
            "once_per_member": .bool(rule.oncePerMember),
        ]
    }
}
