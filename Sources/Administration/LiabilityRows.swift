import Loyalty
import ReplicaStore

/// What the chain owes its members, in each wallet's own units and in money.
struct LiabilityRows {
    let reader: ReplicaReader
    /// By whose rules it is counted: a wallet is worth what its redemption pays on this day.
    let date: CivilDate

    private static let wallets = "SELECT * FROM liability ORDER BY wallet, kind"
    private static let branches = "SELECT * FROM branch_liability ORDER BY wallet, kind, issuer"

    /// Each wallet's total is rounded once, half up; its branches share it by largest remainder, so that they add up.
    /// What cannot be redeemed is worth nothing that could be said.
    func rows(byBranch: Bool) throws -> [CommandRow] {
        let programme = try reader.programme()
        let answer = try reader.query(byBranch ? Self.branches : Self.wallets, rowsMax: ReadCommands.queryRowsMax)
        return answer.groups(by: ["wallet", "kind"]).flatMap { group -> [CommandRow] in
            let rule = group.first?["wallet"].flatMap { programme.wallet($0, on: date) }?.rule.redemption
            let amounts = group.map { $0["remaining"].flatMap(Int64.init) ?? 0 }
            let worth = rule.map { Allocation.split($0.worthMinor(of: amounts.reduce(0, +)), by: amounts) }
            return group.indices.map { group[$0].with(rule, worthMinor: worth?[$0]) }
        }
    }
}

extension ReplicaReader.Answer {
    /// Rows that stand together and agree in these columns.
    fileprivate func groups(by names: [String]) -> [[CommandRow]] {
        var groups: [[CommandRow]] = []
        for row in rows.map({ CommandRow(columns: columns, values: $0) }) {
            if let last = groups.last?.first, names.allSatisfy({ last[$0] == row[$0] }) {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
        return groups
    }
}

extension CommandRow {
    fileprivate func with(_ rule: RedemptionRule?, worthMinor: Int64?) -> CommandRow {
        CommandRow(
            columns: values.map(\.name) + ["unit", "unit_value_minor", "worth_minor"],
            values: values.map(\.value)
                + [rule.map { String($0.unit) }, rule.map { String($0.unitValueMinor) }, worthMinor.map { String($0) }])
    }
}
