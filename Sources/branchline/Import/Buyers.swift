import Administration
import Localization
import Loyalty
import ReplicaStore
import Replication

/// Whom the buyers in a file are, among the members that this replica holds.
enum Buyers {
    static func find(
        _ sales: [SaleRows], _ desk: Desk, faults: inout RowFaults
    ) async throws -> [SaleRows.Buyer: RecordID] {
        var members: [SaleRows.Buyer: RecordID] = [:]
        var bar = ProgressBar("Looking up", total: sales.count)
        defer { bar.finish() }
        for (index, sale) in sales.enumerated() {
            bar.update(index)
            guard let buyer = sale.buyer, members[buyer] == nil else { continue }
            switch try await find(buyer, desk) {
            case .one(let member): members[buyer] = member
            case .none:
                faults.add(
                    RowFault(
                        row: sale.number, column: buyer.column,
                        words: Phrase("no member has this; import the members first", "没有这位会员，请先导入会员")))
            case .several(let count):
                faults.add(
                    RowFault(
                        row: sale.number, column: buyer.column,
                        words: Phrase("\(count) members have this; give member_id", "有 \(count) 位会员，请填写 member_id")))
            }
        }
        return members
    }

    private enum Found {
        case none
        case one(RecordID)
        case several(Int)
    }

    private static func find(_ buyer: SaleRows.Buyer, _ desk: Desk) async throws -> Found {
        switch buyer {
        case .id(let text): return try await member(text, desk).map(Found.one) ?? .none
        case .card(let number): return try await only(desk.ask(["members.find", "card", number]), desk)
        case .phone(let number): return try await only(desk.ask(["members.find", "phone", number]), desk)
        }
    }

    /// Several members who are one person are that person: the first of them stands for all.
    private static func only(_ rows: [CommandRow], _ desk: Desk) async throws -> Found {
        let ids = rows.compactMap { $0["member"] }
        guard let first = ids.first, let member = RecordID(hexadecimal: first) else { return .none }
        guard ids.count > 1 else { return .one(member) }
        let person = try await desk.ask(["members.show", first]).first?["same_person"] ?? ""
        let others = Set(person.split(separator: ",").map(String.init))
        return ids.dropFirst().allSatisfy(others.contains) ? .one(member) : .several(ids.count)
    }

    /// A number that an import has brought, or a member's own id.
    private static func member(_ text: String, _ desk: Desk) async throws -> RecordID? {
        for id in [MemberRow.recordID(kind: "id", value: text)] + [RecordID(hexadecimal: text)].compactMap({ $0 }) {
            do {
                _ = try await desk.ask(["members.show", id.hexadecimal])
                return id
            } catch let fault as CommandFault where fault.code == .notFound { continue }
        }
        return nil
    }
}

/// A sale as the command `sales.record` takes it.
enum SaleWords {
    static func of(_ sale: Sale, mode: String) -> [String] {
        [
            "sales.record", mode, sale.id.hexadecimal, sale.member?.hexadecimal ?? "", sale.till,
            sale.reference, String(sale.occurredAtMilliseconds), sale.businessDate.text,
        ]
            + sale.lines.flatMap {
                [$0.product, String($0.quantityMilli), String($0.netMinor), String($0.discountMinor)]
            }
    }
}
