import GRDB
import Loyalty
import ReferenceModel
import Replication

import struct Foundation.Data

@testable import ReplicaStore

/// Where the hub's tables and the reference model differ, in words.
struct BookComparison {
    private(set) var differences: [String] = []

    init(hub: ReplicaStore, model: ReferenceModel) throws {
        try compareLots(hub, model)
        try compareControl(hub, model)
        try hub.read { database in
            try compareDebts(database, model)
            try compareCoupons(database, model)
            try compareRefunds(database, model)
        }
        compareCases(try hub.reader.openCases(limit: 100_000), model)
    }

    private mutating func compareCases(_ cases: [Case], _ model: ReferenceModel) {
        let (derived, expected) = (Set(cases.map(Self.text)), Set(model.cases))
        if derived.count != cases.count { differences.append("the hub has one case twice") }
        for text in derived.subtracting(expected).sorted() { differences.append("the hub alone has the case \(text)") }
        for text in expected.subtracting(derived).sorted() { differences.append("the hub has not the case \(text)") }
    }

    private static func text(_ item: Case) -> String {
        switch item.subject {
        case .field(let member, _, _): "\(item.kind) \(member.value)"
        case .sameIdentity(_, _, let members): "\(item.kind) \(members.map(\.value))"
        case .judged(let dot, _): "\(item.kind) \(ReferenceModel.text([dot]))"
        case .redeemedAgain(let coupon, let dots): "\(item.kind) \(coupon.value) \(ReferenceModel.text(dots))"
        case .debt(let member, let wallet, let dots), .overLimit(let member, let wallet, let dots):
            "\(item.kind) \(member.value) \(wallet) \(ReferenceModel.text(dots))"
        case .overLoss(let definition, let dots): "\(item.kind) \(definition) \(ReferenceModel.text(dots))"
        case .tierDisputed(let member, let tier, let dots):
            "\(item.kind) \(member.value) \(tier) \(ReferenceModel.text(dots))"
        case .sameReference(let sales): "\(item.kind) \(sales.map(\.value).sorted())"
        }
    }

    private mutating func expect<Value: Equatable>(_ stored: Value, _ modelled: Value, _ what: String) {
        if stored != modelled { differences.append("\(what): the hub has \(stored), the model \(modelled)") }
    }

    private mutating func compareLots(_ hub: ReplicaStore, _ model: ReferenceModel) throws {
        let lots = try hub.lots()
        expect(lots.map(\.terms.id.value), model.lots.keys.sorted(), "the lots")
        for lot in lots {
            guard let other = model.lots[lot.terms.id.value] else { continue }
            expect(
                [lot.earned, lot.refunded, lot.spent, lot.expired, lot.clawedBack, lot.overdrawn, 0, 0],
                [
                    other.earned, other.refunded, other.spent, other.expired, other.clawedBack, other.overdrawn,
                    lot.received, lot.sent,
                ], "lot \(lot.terms)")
            expect(
                Dictionary(uniqueKeysWithValues: lot.rights.map { ($0.key.value, $0.value) }), other.rights,
                "rights to \(lot.terms)")
            expect(lot.terms.member?.value, other.member, "whose lot this is")
            expect([lot.terms.kind.rawValue, lot.terms.wallet], [other.kind, other.wallet], "a lot's wallet")
        }
    }

    private mutating func compareControl(_ hub: ReplicaStore, _ model: ReferenceModel) throws {
        var sums: [[String]: Int64] = [:]
        for lot in try hub.lots() { sums[[lot.terms.kind.rawValue, lot.terms.wallet], default: 0] += lot.remaining }
        expect(sums.filter { $0.value != 0 }, model.control.filter { $0.value != 0 }, "the control account")
    }

    private mutating func compareDebts(_ database: Database, _ model: ReferenceModel) throws {
        var debts: [ReferenceModel.Wallet: Int64] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT member, wallet, owed FROM debt") {
            debts[ReferenceModel.Wallet(member: UInt128(bigEndianBytes: row[0] as Data), name: row[1])] = row[2]
        }
        expect(debts, model.owed, "debts")
        var charged: [String: Int64] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT node, item, code, charged FROM branch_account") {
            charged["\(row[0] as Int64) \(row[1] as String) \(row[2] as String)"] = row[3]
        }
        expect(charged, model.charged, "branches' accounts")
    }

    private mutating func compareCoupons(_ database: Database, _ model: ReferenceModel) throws {
        var uses: [UInt128: Int64] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT id, uses FROM coupon") {
            uses[UInt128(bigEndianBytes: row[0] as Data)] = row[1]
        }
        expect(uses, model.uses, "issued coupons")
        var redemptions: [UInt128: [[String]]] = [:]
        let sql = "SELECT coupon, sale, position, mode, discount_minor, is_undone FROM redemption ORDER BY position"
        for row in try Row.fetchAll(database, sql: sql) {
            let sale = UInt128(bigEndianBytes: row[1] as Data)
            let words = ["\(sale)", "\(row[2] as Int64)", row[3], "\(row[4] as Int64)", "\(row[5] as Int64)"]
            redemptions[UInt128(bigEndianBytes: row[0] as Data), default: []].append(words)
        }
        let modelled = model.redemptions.mapValues { uses in
            uses.map { ["\($0.sale)", "\($0.position)", $0.mode, "\($0.discount)", $0.isUndone ? "1" : "0"] }
        }
        expect(redemptions, modelled, "redemptions")
    }

    private mutating func compareRefunds(_ database: Database, _ model: ReferenceModel) throws {
        var returned: [ReferenceModel.SaleLine: [Int64]] = [:]
        let sql = "SELECT sale, line, sum(quantity_milli), sum(net_minor) FROM refund_line GROUP BY sale, line"
        for row in try Row.fetchAll(database, sql: sql) {
            let line = ReferenceModel.SaleLine(sale: UInt128(bigEndianBytes: row[0] as Data), line: row[1])
            returned[line] = [row[2], row[3]]
        }
        expect(returned, model.returned.mapValues { [$0.quantity, $0.net] }, "what came back")
    }
}
