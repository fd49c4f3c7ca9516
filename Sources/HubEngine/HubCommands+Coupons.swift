import Administration
import Digests
import Loyalty
import ReplicaStore
import Replication

/// Coupons from headquarters: given out, shown, taken back.
extension HubCommands {
    /// A definition in force and what is given out by it.
    private struct Issue {
        let instruction: Instruction
        let date: CivilDate
        let definition: InForce<CouponDefinition>
        /// That can hold a right; none where no coupon lies at a branch.
        let branches: Branches

        var campaign: UInt16 {
            let named = RecordID.derived("campaign", 0, 0, definition.rule.campaign).value
            return UInt16(truncatingIfNeeded: named) & CouponCode.campaignMax
        }

        func issue(of coupons: [IssuedCoupon], uses: UInt32) -> CouponIssue {
            let window = definition.rule.window(issuedOn: date)
            return CouponIssue(
                definitionCode: definition.code, definitionRevision: definition.revision, validFrom: window.from,
                validTo: window.to, uses: uses, author: instruction.author, reason: instruction.reason,
                coupons: coupons)
        }
    }

    private func issue(of code: String, on date: CivilDate, _ instruction: Instruction) throws -> Issue {
        let programme = try store.programme()
        guard let definition = programme.coupon(code, on: date) else {
            let codes = Set(programme.items.filter { $0.category == .coupon }.map(\.code)).sorted()
            throw CommandFault(
                .notFound,
                "no coupon \(code) is in force; there is \(codes.isEmpty ? "none" : codes.joined(separator: ", "))")
        }
        return Issue(
            instruction: instruction, date: date, definition: definition,
            branches: Branches(definition.rule.policy == .homeOnly ? try store.roster() : []))
    }

    /// Read once for all coupons of a command: a chain has hundreds of branches.
    private struct Branches {
        let nodes: Set<NodeID>
        /// Where two have one code, the first.
        let byCode: [String: NodeID]

        init(_ roster: [ReplicaStore.RosterEntry]) {
            let selling = roster.filter { $0.revokedAtMilliseconds == nil && $0.lostAtMilliseconds == nil }
            nodes = Set(selling.map(\.node))
            byCode = Dictionary(selling.map { ($0.branchCode, $0.node) }) { first, _ in first }
        }
    }

    /// The instruction, date, definition, number; then for whom: `member=ID` or `key=TEXT`.
    func issue(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let instruction = try Instruction(&arguments)
        let date = try ReadCommands.date(arguments.next("the business date"))
        let issue = try issue(of: arguments.next("a coupon definition"), on: date, instruction)
        let number = try arguments.wholeNumber("which one of several for the same")
        guard let number = UInt32(exactly: number) else { throw CommandFault(.usage, "the number is from 0 upwards") }
        let words = arguments.remaining()
        guard (1...CouponIssue.couponsMax).contains(words.count) else {
            throw CommandFault(.usage, "give 1 to \(CouponIssue.couponsMax) members or keys at a time")
        }
        var seen: Set<RecordID> = []
        let all = try words.map { try coupon(for: recipient($0), number, issue) }
            .filter { seen.insert($0.id).inserted }
        let new = try all.filter { try store.coupon($0.id) == nil }
        return try give(new, issue, uses: UInt32(clamping: issue.definition.rule.uses))
            + [
                CommandRow([
                    "definition": issue.definition.code, "new": String(new.count),
                    "given_before": String(all.count - new.count),
                    "written": instruction.isDry ? "nothing yet" : "yes",
                ])
            ]
    }

    private func recipient(_ word: String) throws -> CouponRecipient {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("member", 2):
            let id = try reads.memberID(parts[1])
            _ = try reads.member(id)
            return .member(id)
        case ("key", 2): return .key(parts[1])
        case _: throw CommandFault(.usage, "\(word) is neither member=ID nor key=TEXT")
        }
    }

    private func coupon(
        for recipient: CouponRecipient, _ number: UInt32, _ issue: Issue
    ) throws -> IssuedCoupon {
        guard
            let coupon = IssuedCoupon.derived(
                definitionCode: issue.definition.code, campaign: issue.campaign, recipient: recipient,
                number: number, homeNode: try home(of: recipient, issue),
                secret: store.identity.lookupKey)
        else { throw CommandFault(.refused, "no code can be made for this campaign") }
        return coupon
    }

    /// Where the right lies at first: at the member's branch, if the coupon is tied to it.
    private func home(of recipient: CouponRecipient, _ issue: Issue) throws -> NodeID {
        guard case (.homeOnly, .member(let id)) = (issue.definition.rule.policy, recipient) else { return .hub }
        let member = try reads.member(id)
        for code in [member.value(.homeBranch), member.value(.joinedBranch)].compactMap({ $0 }) {
            if let node = issue.branches.byCode[code] { return node }
        }
        let last = try store.reader.lastSeller(to: id)
        return last.flatMap { issue.branches.nodes.contains($0) ? $0 : nil } ?? .hub
    }

    // MARK: Giving out

    /// One issue for each home, then the rights to where they belong.
    private func give(_ coupons: [IssuedCoupon], _ issue: Issue, uses: UInt32) throws -> [CommandRow] {
        var rows: [CommandRow] = []
        let homes = Dictionary(grouping: coupons, by: \.homeNode)
        for (home, coupons) in homes.sorted(by: { $0.key < $1.key }) {
            let body = issue.issue(of: coupons, uses: uses)
            do throws(CouponFault) { try body.check() } catch { throw CommandFault(error) }
            if !issue.instruction.isDry {
                try accept(
                    store.draft(.couponIssue(body), for: audience(of: home, issue), at: nowMilliseconds))
                guard try coupons.allSatisfy({ try store.coupon($0.id) != nil }) else {
                    throw CommandFault(.refused, "the coupons were not taken; give the command again")
                }
                try handOver(coupons, of: body, to: home)
            }
            rows += try coupons.map { try row($0, of: body) }
        }
        return rows
    }

    private func audience(of home: NodeID, _ issue: Issue) -> Audience {
        switch issue.definition.rule.policy {
        case .optimistic: .chain
        case .deny, .homeOnly: home == .hub ? .hub : .nodes([home])
        }
    }

    /// A branch that has never written anything, or was written off, gets its rights when it asks for them.
    private func handOver(_ coupons: [IssuedCoupon], of issue: CouponIssue, to home: NodeID) throws {
        guard home != .hub, let actor = store.actorStates.last(where: { $0.node == home })?.actor,
            try !store.isSealed(actor)
        else { return }
        for start in stride(from: 0, to: coupons.count, by: Transfer.itemsMax) {
            let part = coupons[start..<min(start + Transfer.itemsMax, coupons.count)]
            let transfer = Transfer(
                id: .derived("allowance", part[start].id.value, actor.value, ""), from: .hub, to: .actor(actor),
                cause: .allowance, reference: nil,
                items: part.map { Transfer.Item(terms: issue.terms(of: $0), amount: Int64(issue.uses)) })
            try accept(store.draft(.transfer(transfer), for: .nodes([home]), at: nowMilliseconds))
        }
    }

    private func row(_ coupon: IssuedCoupon, of issue: CouponIssue) throws -> CommandRow {
        CommandRow([
            "coupon": coupon.id.hexadecimal, "code": coupon.code.text, "member": coupon.member?.hexadecimal,
            "definition": issue.definitionCode, "valid_from": issue.validFrom.text, "valid_to": issue.validTo.text,
            "uses": String(issue.uses), "home": try HolderNames(store: store).name(coupon.homeNode),
        ])
    }

    // MARK: One coupon

    /// A code as people type it, or an id; then the business date.
    func showCoupon(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let coupon = try coupon(arguments.next("a code or a coupon's id"))
        let date = try ReadCommands.date(arguments.next("the business date"))
        let (names, lot) = (HolderNames(store: store), try store.lot(coupon.id))
        let about = CommandRow([
            "coupon": coupon.id.hexadecimal, "code": CouponCode(canonical: coupon.code)?.text ?? coupon.code,
            "definition": coupon.definition, "revision": String(coupon.definitionRevision),
            "member": coupon.member?.hexadecimal, "valid_from": coupon.validFrom.text,
            "valid_to": coupon.validTo.text, "state": state(of: coupon, lot, on: date), "uses": String(coupon.uses),
            "remaining": lot.map { String($0.remaining) }, "held": try lot.map { try names.held($0.rights) },
            "home": try names.name(coupon.home), "token": try token(of: coupon),
        ])
        return try [about] + reads.redemptionRows(of: coupon.id)
    }

    private func state(of coupon: KnownCoupon, _ lot: Lot?, on date: CivilDate) -> String {
        if coupon.isVoid { return "void" }
        if lot?.remaining ?? 0 == 0 { return "used" }
        if coupon.validTo < date { return "expired" }
        return coupon.validFrom <= date ? "valid" : "not yet"
    }

    /// For a QR code; every branch can check it without the hub.
    private func token(of coupon: KnownCoupon) throws -> String? {
        let seed = try store.couponSealSeed(orMadeOf: engine.randomBytes(CouponSeal.seedBytes))
        guard let seal = CouponSeal(seed: seed), let code = CouponCode(canonical: coupon.code) else { return nil }
        return CouponToken(
            coupon: IssuedCoupon(id: coupon.id, member: coupon.member, homeNode: coupon.home, code: code),
            definitionCode: coupon.definition, definitionRevision: coupon.definitionRevision,
            validFrom: coupon.validFrom, validTo: coupon.validTo, uses: coupon.uses
        ).sealed(by: seal)
    }

    private func coupon(_ text: String) throws -> KnownCoupon {
        if let id = RecordID(hexadecimal: text.lowercased()) {
            guard let coupon = try store.coupon(id) else { throw CommandFault(.notFound, "there is no such coupon") }
            return coupon
        }
        let code: CouponCode
        do throws(CouponCodeFault) { code = try CouponCode(text) } catch {
            throw CommandFault(.usage, "\(text) is no coupon's code: mistyped, or another shop's")
        }
        guard let coupon = try store.coupon(code: code.letters) else {
            throw CommandFault(.notFound, "no coupon has the code \(code.text)")
        }
        return coupon
    }

    // MARK: Taking back

    /// The instruction, then codes or ids.
    func voidCoupons(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let instruction = try Instruction(&arguments)
        let words = arguments.remaining()
        guard (1...CouponIssue.couponsMax).contains(words.count) else {
            throw CommandFault(.usage, "give 1 to \(CouponIssue.couponsMax) coupons at a time")
        }
        var seen: Set<RecordID> = []
        return try void(words.map { try coupon($0).id }.filter { seen.insert($0).inserted }, instruction)
    }

    func void(_ coupons: [RecordID], _ instruction: Instruction) throws -> [CommandRow] {
        let known = try coupons.map { id in
            guard let coupon = try store.coupon(id) else {
                throw CommandFault(.notFound, "there is no coupon \(id.hexadecimal)")
            }
            return coupon
        }
        let open = known.filter { !$0.isVoid }
        if !open.isEmpty, !instruction.isDry {
            let void = CouponVoid(coupons: open.map(\.id), author: instruction.author, reason: instruction.reason)
            try accept(store.draft(.couponVoid(void), for: .chain, at: nowMilliseconds))
        }
        return known.map { coupon in
            let written = coupon.isVoid ? Self.before : instruction.isDry ? "nothing yet" : "yes"
            return CommandRow([
                "entry": "void", "coupon": coupon.id.hexadecimal, "code": coupon.code,
                "definition": coupon.definition, "member": coupon.member?.hexadecimal, "written": written,
            ])
        }
    }

    /// The instruction, date, a code or id: the coupon is taken back, and another with the uses that it has left takes
    /// its place. The new one is given first: whoever is interrupted gives the command again, and it is the same.
    func reissue(_ arguments: inout CommandArguments) throws -> [CommandRow] {
        let instruction = try Instruction(&arguments)
        let date = try ReadCommands.date(arguments.next("the business date"))
        let old = try coupon(arguments.next("a code or a coupon's id"))
        let issue = try issue(of: old.definition, on: date, instruction)
        let remaining = try store.lot(old.id)?.remaining ?? 0
        guard remaining > 0 else { throw CommandFault(.refused, "this coupon is used up") }
        let new = try successor(of: old, issue)
        if old.isVoid {
            let words = "it has been taken back already"
            throw CommandFault(.refused, try store.coupon(new.id) == nil ? words : words + "; \(new.code.text) is new")
        }
        let given = try store.coupon(new.id) == nil ? give([new], issue, uses: UInt32(clamping: remaining)) : []
        return try given + void([old.id], instruction)
    }

    private func successor(of old: KnownCoupon, _ issue: Issue) throws -> IssuedCoupon {
        let id = IssuedCoupon.id(
            definitionCode: old.definition, recipient: .key("instead:\(old.id.hexadecimal)"), number: 0)
        guard
            let code = CouponCode.derived(
                campaign: issue.campaign, intent: id.value, secret: store.identity.lookupKey)
        else { throw CommandFault(.refused, "no code can be made for this campaign") }
        let recipient = old.member.map(CouponRecipient.member) ?? .key("")
        return IssuedCoupon(
            id: id, member: old.member, homeNode: try home(of: recipient, issue), code: code)
    }
}
