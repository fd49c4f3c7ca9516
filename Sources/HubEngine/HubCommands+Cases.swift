import Administration
import Loyalty
import ReplicaStore
import Replication

/// What people decide on cases of the ledger, and the entries that follow from it.
extension HubCommands {
    /// - Parameter verb: as in `Case.outcomes`.
    func settle(_ item: Case, _ verb: String, _ instruction: Instruction) throws -> [CommandRow] {
        let outcomes = item.outcomes
        guard let outcome = outcomes.first(where: { $0.verb == verb }) else {
            throw CommandFault(.usage, "settle it with \(outcomes.map(\.verb).joined(separator: ", "))")
        }
        let losses = try reads.losses(of: item)
        // First what follows, then the decision: whoever is interrupted finds the case open and decides again.
        let entries = try consequences(of: outcome, item, losses, instruction)
        return entries + (try decide(item, outcome, instruction))
    }

    private func consequences(
        of outcome: CaseDecision.Outcome, _ item: Case, _ losses: [CaseLoss], _ instruction: Instruction
    ) throws -> [CommandRow] {
        switch (outcome, item.subject) {
        case (.acceptLoss, .debt(let member, let wallet, _)):
            return try remit(member, wallet, losses, item, instruction)
        case (.acceptLoss, .tierDisputed(_, _, let dots)): return try honourTier(dots, instruction)
        case (.void, .tierDisputed(let member, let tier, let dots)),
            (.fraud, .tierDisputed(let member, let tier, let dots)):
            return try takeBack(tier, of: member, givenBy: dots, instruction)
        case (.chargeMember, .debt), (.distinct, _), (.acknowledged, _): return []
        case (.chargeMember, _): return try charge(losses, item, instruction)
        case (.acceptLoss, _): return try losses.map { try borne(by: $0.account, $0) }
        case (.chargeBranch, _): return try chargeBranches(losses, item, instruction)
        case (.void, .redeemedAgain(let coupon, _)): return try void([coupon], instruction)
        case (.fraud, .redeemedAgain(let coupon, _)):
            return try losses.map { try borne(by: $0.account, $0) } + void([coupon], instruction)
        case (.void, .overLimit(let member, let definition, _)):
            return try void(usedBeyondLimit(definition, by: member), instruction)
        case (.fraud, .overLimit(let member, let definition, _)):
            return try losses.map { try borne(by: $0.account, $0) }
                + void(usedBeyondLimit(definition, by: member), instruction)
        case (.void, _), (.fraud, _): return try losses.map { try borne(by: $0.account, $0) }
        }
    }

    private func usedBeyondLimit(_ definition: String, by member: RecordID) throws -> [RecordID] {
        Set(try store.reader.limitedUses(of: definition, by: member).filter { !$0.isValid }.map(\.coupon)).sorted()
    }

    private func borne(by account: String, _ loss: CaseLoss) throws -> CommandRow {
        CommandRow(
            columns: ["entry", "account", "branch", "sale", AccountRows.column("loss", loss.isMoney)],
            values: [
                "loss", account, try HolderNames(store: store).name(loss.node), loss.sale?.hexadecimal,
                String(loss.amount),
            ])
    }

    private func charge(_ losses: [CaseLoss], _ item: Case, _ instruction: Instruction) throws -> [CommandRow] {
        let lines = try losses.map { loss -> Booking.Line in
            guard let member = loss.member else {
                throw CommandFault(.refused, "nobody showed a card at sale \(loss.sale?.hexadecimal ?? "")")
            }
            return .debt(member: member, wallet: loss.wallet, amount: loss.amount)
        }.filter { line in if case .debt(_, _, 0) = line { false } else { true } }
        return try enterAll(lines, of: item, .chargeMember, instruction)
    }

    /// Each branch what it has given away; what headquarters has given away stays with the chain.
    private func chargeBranches(
        _ losses: [CaseLoss], _ item: Case, _ instruction: Instruction
    ) throws -> [CommandRow] {
        let lines = losses.filter { $0.node != .hub && $0.amount > 0 }.map { loss in
            Booking.Line.charge(
                BranchCharge(node: loss.node, item: loss.item, code: loss.code, amount: loss.amount, sale: loss.sale))
        }
        let rest = try losses.filter { $0.node == .hub }.map { try borne(by: $0.account, $0) }
        return try enterAll(lines, of: item, .chargeBranch, instruction) + rest
    }

    private func enterAll(
        _ lines: [Booking.Line], of item: Case, _ outcome: CaseDecision.Outcome, _ instruction: Instruction
    ) throws -> [CommandRow] {
        guard !lines.isEmpty else { throw CommandFault(.refused, "there is nothing to charge anybody with") }
        var rows: [CommandRow] = []
        for start in stride(from: 0, to: lines.count, by: Booking.linesMax) {
            let part = Array(lines[start..<min(start + Booking.linesMax, lines.count)])
            rows += try enter(part, of: item, outcome, number: start, instruction)
        }
        return rows
    }

    /// The chain gives what is owed, and it is paid with that.
    private func remit(
        _ member: RecordID, _ wallet: String, _ losses: [CaseLoss], _ item: Case, _ instruction: Instruction
    ) throws -> [CommandRow] {
        guard let loss = losses.first, loss.amount > 0 else { return [] }
        let id = Self.bookingID(item, .acceptLoss, 0)
        let kind: LotKind = loss.isMoney ? .principal : .points
        let terms = LotTerms(
            id: LotTerms.id(madeBy: store.identity.actor, for: id, wallet: wallet, kind: kind), member: member,
            kind: kind, wallet: wallet, issuer: .hub, openedOn: try today, availableOn: nil, expiresOn: nil)
        let spend = LotSpend(lot: terms.id, amount: loss.amount)
        return try enter([.credit(terms, amount: loss.amount)], of: item, .acceptLoss, number: 0, instruction)
            + enter([.repay(spend, member: member, wallet: wallet)], of: item, .acceptLoss, number: 1, instruction)
    }

    private static func bookingID(_ item: Case, _ outcome: CaseDecision.Outcome, _ number: Int) -> RecordID {
        .derived("decision", item.id.value, UInt128(number), outcome.rawValue)
    }

    private func enter(
        _ lines: [Booking.Line], of item: Case, _ outcome: CaseDecision.Outcome, number: Int,
        _ instruction: Instruction
    ) throws -> [CommandRow] {
        let id = Self.bookingID(item, outcome, number)
        if let before = try booked(id) { return try rows(for: before, written: Self.before) }
        let booking = Booking(
            id: id, cause: .decision, reference: item.id, author: instruction.author, reason: instruction.reason,
            businessDate: try today, lines: lines)
        return try write(booking, isDry: instruction.isDry)
    }

    func decide(
        _ item: Case, _ outcome: CaseDecision.Outcome, _ instruction: Instruction
    ) throws -> [CommandRow] {
        let decision = CaseDecision(
            caseID: item.id, outcome: outcome, author: instruction.author, reason: instruction.reason)
        if !instruction.isDry {
            let moment = ReplicaStore.Moment(nowMilliseconds: nowMilliseconds, salt: engine.randomBytes(16))
            try accept(try store.draft(decision, at: moment))
        }
        return [CommandRow(["case": item.id.hexadecimal, "written": outcome.rawValue])]
    }

    /// The day on which headquarters' entries count.
    var today: CivilDate {
        get throws {
            guard let date = BusinessDay.of(nowMilliseconds, zone: store.identity.zone) else {
                throw CommandFault(.store, "this machine does not know the zone \(store.identity.zone)")
            }
            return date
        }
    }
}

extension Case {
    /// What may be decided on it beside edits to members.
    fileprivate var outcomes: [CaseDecision.Outcome] {
        switch subject {
        case .field: []
        case .sameIdentity: [.distinct]
        case .judged(_, .flagged(.overdrawn)), .judged(_, .flagged(.refundExceedsSale)),
            .judged(_, .flagged(.couponVoid)):
            [.acknowledged, .acceptLoss, .chargeMember, .chargeBranch, .fraud]
        case .judged, .sameReference: [.acknowledged, .acceptLoss, .chargeBranch, .fraud]
        // What each double has cost is settled with the double.
        case .overLoss: [.acknowledged, .acceptLoss]
        case .tierDisputed: [.acknowledged, .acceptLoss, .void, .fraud]
        case .redeemedAgain, .overLimit: [.acknowledged, .acceptLoss, .chargeMember, .chargeBranch, .void, .fraud]
        case .debt: [.acknowledged, .acceptLoss, .chargeMember]
        }
    }
}

extension CaseDecision.Outcome {
    /// As it is typed.
    fileprivate var verb: String {
        switch self {
        case .acknowledged: "acknowledge"
        case .acceptLoss: "accept-loss"
        case .chargeMember: "charge-member"
        case .chargeBranch: "charge-branch"
        case .distinct, .void, .fraud: rawValue
        }
    }
}
