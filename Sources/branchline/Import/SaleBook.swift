import Localization
import Loyalty
import Replication

/// The sales of a file, each with its lines, in the order in which they begin.
struct SaleBook {
    private(set) var sales: [SaleRows] = []
    /// Sales of which a row is wrong are left out as a whole.
    private var wrong: Set<String> = []

    /// - Throws: for a file that cannot be read; what is wrong in a row goes to `faults`.
    init(path: String, _ chain: Desk.Chain, nowMilliseconds: UInt64, faults: inout RowFaults) throws {
        let file = try TableFile(
            path: path, columns: SaleRows.columns, required: SaleRows.required, aliases: SaleRows.aliases,
            faults: &faults)
        var places: [String: (index: Int, first: TableFile.Row)] = [:]
        for row in file.rows {
            let before = faults.all.count
            if let place = row["sale"].flatMap({ places[$0] }) {
                sales[place.index].add(row, after: place.first, chain, faults: &faults)
            } else if let sale = try Self.begin(row, chain, nowMilliseconds, &faults) {
                places[sale.reference] = (sales.count, row)
                sales.append(sale)
            }
            if faults.all.count > before, let reference = row["sale"] { wrong.insert(reference) }
        }
    }

    private static func begin(
        _ row: TableFile.Row, _ chain: Desk.Chain, _ nowMilliseconds: UInt64, _ faults: inout RowFaults
    ) throws -> SaleRows? {
        do {
            return try SaleRows(first: row, chain, nowMilliseconds: nowMilliseconds, faults: &faults)
        } catch let fault as RowFault {
            faults.add(fault)
            return nil
        }
    }

    struct Checked {
        let number: Int
        let sale: Sale
    }

    /// Those that keep the rules of a sale.
    ///
    /// - Parameter member: of a buyer that was found.
    func checked(_ faults: inout RowFaults, member: (SaleRows.Buyer) -> RecordID?) -> [Checked] {
        sales.compactMap { rows in
            guard !wrong.contains(rows.reference) else { return nil }
            let sale = rows.sale(member: rows.buyer.flatMap(member))
            do throws(SaleFault) { try sale.check() } catch {
                faults.add(RowFault(row: rows.number, column: nil, words: error.sentence))
                return nil
            }
            return Checked(number: rows.number, sale: sale)
        }
    }
}
