import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// What goes on in the shops: few members, many hands on them.
extension SimulatedChain {
    func work() throws {
        guard isChaos else { return }
        let node = people.below(nodes.count)
        if people.chance(percent: plan.shops.counterPercent) { return serve(at: node) }
        switch people.below(100) {
        case 0..<14: createMember(at: node)
        case 14..<44: try editMember(at: node)
        case 44..<58: try changeSets(at: node)
        case 58..<61: try deleteMember(at: node)
        case 61..<62: poseUnsoundSale(at: node)
        case 62..<66: pose(.status, at: node, mustBeAnswered: false, after: 0)
        case _: sell(at: node)
        }
        if people.chance(percent: plan.shops.burstPercent) {
            for _ in 0..<people.between(5...40) { sell(at: node) }
        }
    }

    // MARK: Members

    /// Few numbers, so that the same phone is registered in two shops.
    private static let phones = (0..<6).map { "+861380013800\($0)" }
    private static let names = ["Li Wei", "Wang Fang", "Zhang Min", "Liu Yang", "Chen Jie", "Ana García"]
    private static let tags = ["vip", "tea", "gold", "late", "birthday club"]

    private func createMember(at node: Int) {
        let id = RecordID(people.identifier())
        var changes: [EditRequest.Change] = [
            .set(.name, people.pick(Self.names)), .set(.joinedBranch, "shop\(node)"),
            .set(.joinedAt, ValueForm.instant(milliseconds: now + people.next() % 1_000)),
        ]
        if people.chance(percent: 80) { changes.append(.set(.phone, people.pick(Self.phones))) }
        if people.chance(percent: 30) { changes.append(.add(card(), to: .identity)) }
        ledger.meet(id)
        pose(
            .edit(EditRequest(member: id, creates: true, author: author, changes: changes)), at: node,
            mustBeAnswered: true, after: 0)
    }

    /// Unique for the question that is posed next.
    private var author: String { "till \(questions.count)" }

    private func card() -> String { "card:600123456789\(people.below(5))" }

    /// One of the hot members mostly, as far as the node knows it.
    private func someMember(at node: Int) throws -> Member? {
        guard !ledger.members.isEmpty, nodes[node].process.isUp else { return nil }
        let hot = min(4, ledger.members.count)
        let index = people.chance(percent: 75) ? people.below(hot) : people.below(ledger.members.count)
        return try nodes[node].store.reader.member(ledger.members[index])
    }

    /// The till shows the member; what is written then stands against what was shown.
    private func editMember(at node: Int) throws {
        guard let member = try someMember(at: node) else { return }
        let fields = (0..<people.between(1...2)).map { _ in people.pick(Self.editable) }
        let isBlind = people.chance(percent: 20)
        let changes = Set(fields).sorted { $0.rawValue < $1.rawValue }.map { field in
            EditRequest.Change(
                slot: Slot(field: field.rawValue), value: people.chance(percent: 10) ? nil : value(for: field),
                seen: isBlind ? nil : member.state.dots(in: Slot(field: field.rawValue)))
        }
        pose(
            .edit(EditRequest(member: member.id, creates: false, author: author, changes: changes)), at: node,
            mustBeAnswered: false, after: people.between(0...plan.shops.thinkMillisecondsMax))
    }

    private static let editable: [MemberField] = [
        .name, .name, .phone, .birthday, .email, .gender, .address, .remark, .homeBranch, .lastVisitAt,
        .marketingConsent, .frozen,
    ]

    private func value(for field: MemberField) -> [UInt8] {
        let choice = people.below(4)
        let text =
            switch field {
            case .name: people.pick(Self.names)
            case .phone: people.pick(Self.phones)
            case .birthday: ["1990-05-0\(1 + choice)", "--05-01", "lunar:1988-12-30"][choice % 3]
            case .email: "m\(choice)@example.cn"
            case .gender: ["female", "male", "other", "unspecified"][choice]
            case .marketingConsent, .frozen: choice < 2 ? "yes" : "no"
            case .lastVisitAt, .joinedAt: ValueForm.instant(milliseconds: now + UInt64(choice))
            case .homeBranch, .joinedBranch: "shop\(choice)"
            case .address, .remark: "Nanjing Road \\\(choice) 中山路"
            case .life: "active"
            case .tag, .identity, .samePerson: ""
            }
        return Array(text.utf8)
    }

    private func changeSets(at node: Int) throws {
        guard let member = try someMember(at: node) else { return }
        let isTag = people.chance(percent: 75)
        let field: MemberField = isTag ? .tag : .identity
        let element = isTag ? people.pick(Self.tags) : card()
        let change: EditRequest.Change =
            people.chance(percent: 60) ? .add(element, to: field) : .remove(element, from: field)
        pose(
            .edit(EditRequest(member: member.id, creates: false, author: author, changes: [change])), at: node,
            mustBeAnswered: false, after: people.between(0...500))
    }

    private func deleteMember(at node: Int) throws {
        guard let member = try someMember(at: node) else { return }
        let life = people.chance(percent: 70) ? "deleted" : "active"
        pose(
            .edit(EditRequest(member: member.id, creates: false, author: author, changes: [.set(.life, life)])),
            at: node, mustBeAnswered: false, after: people.between(0...500))
    }

    // MARK: Sales

    private func sell(at node: Int) {
        guard let sale = drawnSale() else { return }
        pose(.sale(sale), at: node, mustBeAnswered: true, after: people.between(0...200))
        guard people.chance(percent: plan.shops.twiceSoldPercent) else { return }
        ledger.soldTwice.insert(sale.id)
        pose(
            .sale(sale), at: (node + 1) % nodes.count, mustBeAnswered: true,
            after: people.between(0...plan.shops.thinkMillisecondsMax))
    }

    private func drawnSale() -> Sale? {
        guard let day = CivilDate(year: 2_026, month: 1 + people.below(12), day: 1 + people.below(28)) else {
            return nil
        }
        let lines = (0..<people.between(1...4)).map { _ in
            SaleLine(
                product: "p\(people.below(20))", quantityMilli: Int64(people.below(4)) * 1_000,
                netMinor: Int64(people.below(5_000)), discountMinor: Int64(people.below(100)))
        }
        let isMember = !ledger.members.isEmpty && people.chance(percent: 75)
        return Sale.earning(
            id: RecordID(people.identifier()), member: isMember ? people.pick(ledger.members) : nil,
            till: "till \(people.below(3))", reference: "r\(questions.count)", occurredAtMilliseconds: now,
            businessDate: day, lines: lines)
    }

    /// Gives back more than it takes.
    private func poseUnsoundSale(at node: Int) {
        guard let day = CivilDate("2026-05-29") else { return }
        let sale = Sale.earning(
            id: RecordID(people.identifier()), member: nil, till: "till 0", reference: "", occurredAtMilliseconds: now,
            businessDate: day,
            lines: [SaleLine(product: "p1", quantityMilli: -1_000, netMinor: -500, discountMinor: 0)])
        pose(.sale(sale), at: node, mustBeAnswered: false, isSound: false, after: 0)
    }
}
