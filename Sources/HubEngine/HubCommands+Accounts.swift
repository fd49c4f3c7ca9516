import Administration
import Loyalty
import ReplicaStore
import Replication

/// Headquarters puts a member's wallets right.
extension HubCommands {
    /// A correction as it is asked for.
    private struct Correction {
        let instruction: Instruction
        /// Given by whoever asks: under one number everything happens once.
        let request: RecordID
        let date: CivilDate
        let wallet: String
        let kind: LotKind

        init(_ arguments: inout CommandArguments, isMoney: Bool, _ programme: Programme) throws {
            instruction = try Instruction(&arguments)
            request = try ReadCommands.record(arguments.next("a request's id"))
            date = try ReadCommands.date(arguments.next("the business date"))
            let code = try arguments.next("the wallet")
            guard let declared = programme.wallet(code, on: date)?.rule.kind else {
                let known = programme.wallets(on: date).map(\.code).joined(separator: ", ")
                throw CommandFault(.usage, "there is no wallet \(code); there are \(known)")
            }
            let part = try arguments.next("principal, bonus or nothing")
            let kinds = declared.lotKinds
            guard isMoney == (declared == .storedValue) else {
                throw CommandFault(
                    .usage, "\(code) holds \(isMoney ? "no money: branchline points" : "money: branchline wallets")")
            }
            guard let kind = part.isEmpty ? kinds.min(by: { !$0.isBonus && $1.isBonus }) : LotKind(rawValue: part),
                kinds.contains(kind)
            else { throw CommandFault(.usage, "\(part) is no part of \(code)") }
            (wallet, self.kind) = (code, kind)
        }

        func booking(_ id: RecordID, _ cause: Booking.Cause, _ lines: [Booking.Line]) -> Booking {
            Booking(
                id: id, cause: cause, reference: request, author: instruction.author, reason: instruction.reason,
                businessDate: date, lines: lines)
        }
    }

    /// The instruction, request, date, wallet, part of it; then member, amount with its sign, last day or nothing.
    func adjust(_ arguments: inout CommandArguments, isMoney: Bool) throws -> [CommandRow] {
        let programme = try store.programme()
        let correction = try Correction(&arguments, isMoney: isMoney, programme)
        let member = try reads.memberID(arguments.next("a member's id"))
        _ = try reads.member(member)
        let amount = try arguments.wholeNumber("the amount")
        guard amount != 0, amount.magnitude <= UInt64(Lot.amountMax) else {
            throw CommandFault(.usage, "the amount is between 1 and \(Lot.amountMax), with - to take away")
        }
        let expires = try arguments.optional().flatMap { $0.isEmpty ? nil : try ReadCommands.date($0) }
        let id = RecordID.derived(
            "adjust", correction.request.value, member.value, "\(correction.wallet):\(correction.kind.rawValue)")
        if let before = try booked(id) { return try repeated(before, amounting: amount) }
        let lines =
            try amount > 0
            ? [credit(amount, to: member, expires, correction, booking: id, programme)]
            : debits(-amount, from: member, correction).map(Booking.Line.debit)
        return try write(correction.booking(id, .adjust, lines), isDry: correction.instruction.isDry)
    }

    private func credit(
        _ amount: Int64, to member: RecordID, _ expires: CivilDate?, _ correction: Correction, booking: RecordID,
        _ programme: Programme
    ) throws -> Booking.Line {
        let rule = programme.wallet(correction.wallet, on: correction.date)?.rule
        let expiry = expires ?? (correction.kind == .principal ? nil : rule?.expiry.expiry(earnedOn: correction.date))
        guard expiry.map({ $0 >= correction.date }) ?? true else {
            throw CommandFault(.usage, "it would have expired on \(expiry?.text ?? "") already")
        }
        let terms = LotTerms(
            id: LotTerms.id(
                madeBy: store.identity.actor, for: booking, wallet: correction.wallet, kind: correction.kind),
            member: member, kind: correction.kind, wallet: correction.wallet, issuer: .hub,
            openedOn: correction.date, availableOn: nil, expiresOn: expiry)
        return .credit(terms, amount: amount)
    }

    /// From what lies at the hub; branches' rights are theirs until they hand them over.
    private func debits(_ amount: Int64, from member: RecordID, _ correction: Correction) throws -> [LotSpend] {
        let account = try store.account(of: member)
        let plan: [LotSpend]
        do throws(SpendPlan.Shortage) {
            plan = try SpendPlan.lots(
                for: amount, of: correction.wallet, [correction.kind], in: account, held: .hub, on: correction.date)
        } catch {
            throw CommandFault(.refused, try shortage(error, of: correction, account))
        }
        guard plan.count * 2 <= Booking.linesMax else {
            throw CommandFault(.refused, "it lies in more than \(Booking.linesMax / 2) lots; take less at a time")
        }
        return plan
    }

    private func shortage(
        _ shortage: SpendPlan.Shortage, of correction: Correction, _ account: MemberAccount
    ) throws -> String {
        var elsewhere: [RightsHolder: Int64] = [:]
        for lot in account.lots where lot.terms.wallet == correction.wallet && lot.terms.kind == correction.kind {
            elsewhere.merge(lot.rights.filter { $0.key != .hub }, uniquingKeysWith: +)
        }
        let rest = try elsewhere.isEmpty ? "there is no more" : HolderNames(store: store).held(elsewhere)
        return "headquarters holds \(shortage.usableHere) that can be taken, \(shortage.missing) too little; "
            + "elsewhere: \(rest). A branch hands over what it holds when it is connected"
    }

    /// The instruction, request, date, wallet, part of it; then from whom, to whom, how much.
    func move(_ arguments: inout CommandArguments, isMoney: Bool) throws -> [CommandRow] {
        let correction = try Correction(&arguments, isMoney: isMoney, store.programme())
        let pair = try [arguments.next("a member's id"), arguments.next("another member's id")].map(reads.memberID)
        for id in pair { _ = try reads.member(id) }
        guard pair[0] != pair[1] else { throw CommandFault(.usage, "that is the same member") }
        let amount = try arguments.wholeNumber("the amount")
        guard (1...Lot.amountMax).contains(amount) else {
            throw CommandFault(.usage, "the amount is between 1 and \(Lot.amountMax)")
        }
        let id = RecordID.derived(
            "move", correction.request.value, pair[0].value,
            "\(pair[1].hexadecimal):\(correction.wallet):\(correction.kind.rawValue)")
        if let before = try booked(id) { return try repeated(before, amounting: 0) }
        let lines = try debits(amount, from: pair[0], correction).flatMap { spend -> [Booking.Line] in
            guard let lot = try store.lot(spend.lot) else { return [] }
            return [.debit(spend), .credit(lot.terms.handed(to: pair[1], by: id), amount: spend.amount)]
        }
        return try write(correction.booking(id, .move, lines), isDry: correction.instruction.isDry)
    }

    // MARK: Bookings

    static let before = "nothing, it was there"

    func booked(_ id: RecordID) throws -> Booking? {
        guard let operation = try store.operation(under: id), case .booking(let booking)? = Fact(operation) else {
            return nil
        }
        return booking
    }

    /// The same request again, because its answer was lost: nothing is added.
    private func repeated(_ booking: Booking, amounting amount: Int64) throws -> [CommandRow] {
        guard booking.change == amount else {
            throw CommandFault(.refused, "under this request another amount has been entered before")
        }
        return try rows(for: booking, written: Self.before)
    }

    func write(_ booking: Booking, isDry: Bool) throws -> [CommandRow] {
        guard !isDry else { return try rows(for: booking, written: "nothing yet") }
        try accept(store.draft(.booking(booking), for: .hub, at: nowMilliseconds))
        guard try store.operation(under: booking.id) != nil else {
            throw CommandFault(.refused, "the ledger did not take it; nothing was written")
        }
        return try rows(for: booking, written: "yes")
    }

    func rows(for booking: Booking, written: String) throws -> [CommandRow] {
        try booking.lines.map { line in
            switch line {
            case .credit(let terms, let amount):
                return row("credit", terms.member, terms.wallet, terms.kind, terms.id, terms.expiresOn, amount, written)
            case .debit(let spend):
                let terms = try store.lot(spend.lot)?.terms
                return row(
                    "debit", terms?.member, terms?.wallet, terms?.kind, spend.lot, terms?.expiresOn, spend.amount,
                    written)
            case .repay(let spend, let member, let wallet):
                return row("repay", member, wallet, try debtKind(wallet), spend.lot, nil, spend.amount, written)
            case .debt(let member, let wallet, let amount):
                return row("debt", member, wallet, try debtKind(wallet), nil, nil, amount, written)
            case .charge(let charge): return try row(charge, written)
            }
        }
    }

    private func row(
        _ entry: String, _ member: RecordID?, _ wallet: String?, _ kind: LotKind?, _ lot: RecordID?,
        _ expiresOn: CivilDate?, _ amount: Int64, _ written: String
    ) -> CommandRow {
        CommandRow(
            columns: [
                "entry", "member", "wallet", "kind", AccountRows.column("amount", kind?.isMoney ?? false), "lot",
                "expires_on", "written",
            ],
            values: [
                entry, member?.hexadecimal, wallet, kind?.rawValue, String(amount), lot?.hexadecimal,
                expiresOn?.text, written,
            ])
    }

    private func row(_ charge: BranchCharge, _ written: String) throws -> CommandRow {
        CommandRow(
            columns: [
                "entry", "account", "item", "code", AccountRows.column("amount", charge.item.isMoney), "sale",
                "written",
            ],
            values: [
                "charge", try HolderNames(store: store).name(charge.node), charge.item.rawValue, charge.code,
                String(charge.amount), charge.sale?.hexadecimal, written,
            ])
    }

    private func debtKind(_ wallet: String) throws -> LotKind {
        try reads.isMoney(wallet) ? .principal : .points
    }
}

extension LotKind {
    fileprivate var isBonus: Bool { self == .bonus }
}

extension LotTerms {
    /// The same value with the same days, as another member's.
    fileprivate func handed(to member: RecordID, by booking: RecordID) -> LotTerms {
        LotTerms(
            id: .derived("lot", booking.value, id.value, ""), member: member, kind: kind, wallet: wallet,
            issuer: issuer, openedOn: openedOn, availableOn: availableOn, expiresOn: expiresOn)
    }
}

extension Booking {
    /// By how much the members' accounts together become more.
    fileprivate var change: Int64 {
        lines.reduce(0) { sum, line in
            switch line {
            case .credit(_, let amount): sum + amount
            case .debit(let spend), .repay(let spend, _, _): sum - spend.amount
            case .debt, .charge: sum
            }
        }
    }
}
