import Loyalty
import Replication

/// Sales with their lines.
struct SaleTable {
    let transaction: WriteTransaction

    func position(of id: RecordID) throws -> Int64? {
        try transaction.statements.first(.saleByID, .identifier(id.value)) { $0.integer(0) }
    }

    func insert(_ sale: Sale, at position: Int64, by node: NodeID) throws {
        try transaction.statements[.insertSale].run(
            .integer(position), .identifier(sale.id.value), .integer(Int64(node.value)),
            .optional(sale.member?.value, SQLValue.identifier), .text(sale.till), .text(sale.reference),
            .unsigned(sale.occurredAtMilliseconds), .text(sale.businessDate.text), .integer(sale.netMinor),
            .integer(Int64(sale.ruleRevision)), .integer(sale.points), .text(sale.settlement?.cashier ?? ""),
            .optional(sale.settlement?.tier) { .text($0) })
        if !sale.reference.isEmpty {
            try transaction.statements[.noteReference].run(
                .integer(position), .integer(Int64(node.value)), .text(sale.businessDate.text), .text(sale.till),
                .text(sale.reference))
        }
        for (index, line) in sale.lines.enumerated() {
            try transaction.statements[.insertSaleLine].run(
                .integer(position), .integer(Int64(index + 1)), .text(line.product), .integer(line.quantityMilli),
                .integer(line.netMinor), .integer(line.discountMinor))
        }
        guard let settlement = sale.settlement else { return }
        for (index, share) in settlement.lines.enumerated() {
            try transaction.statements[.insertSaleShare].run(
                .integer(position), .integer(Int64(index + 1)), .integer(share.couponMinor),
                .integer(share.pointsMinor), .integer(share.principalMinor), .integer(share.bonusMinor),
                .integer(share.pointsEarned), .integer(share.growthEarned))
        }
        try BookTable(transaction: transaction).insert(settlement.tenders, at: position)
    }
}
