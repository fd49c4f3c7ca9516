import Loyalty

/// One row of a file of purchases: a product in somebody's basket.
struct Purchase: Equatable {
    let row: Int
    let household: String
    let store: String
    let basket: String
    let time: LocalTime
    let line: SaleLine
    /// Of the line's discounts, what coupons took off, and what the shop added to that.
    let couponMinor: Int64
    let matchMinor: Int64
}

/// Reads purchases in the form of the “Complete Journey” data, in the order of time.
struct PurchaseReader {
    /// A store's number becomes a branch's code and a directory's name.
    private static let storeCharactersMax = 32

    private let name: String
    private var rows: CsvReader
    private let columns: Columns
    private var last: LocalTime?

    private struct Columns {
        let household, store, basket, product, quantity, value, time: Int
        let discounts: [Int]
        let coupon, match: Int?

        init(_ rows: CsvReader) throws {
            household = try rows.column("household_id")
            store = try rows.column("store_id")
            basket = try rows.column("basket_id")
            product = try rows.column("product_id")
            quantity = try rows.column("quantity")
            value = try rows.column("sales_value")
            time = try rows.column("transaction_timestamp")
            coupon = rows.optionalColumn("coupon_disc")
            match = rows.optionalColumn("coupon_match_disc")
            discounts = [rows.optionalColumn("retail_disc"), coupon, match].compactMap { $0 }
        }
    }

    init(path: String) throws { try self.init(CsvReader(FilePieces(path: path).next), named: path) }

    /// - Parameter name: how complaints call the file.
    init(_ rows: CsvReader, named name: String) throws {
        self.name = name
        self.rows = rows
        columns = try Columns(rows)
    }

    /// Nil at the end.
    ///
    /// - Throws: `Complaint` or `CsvError`, with the number of the row.
    mutating func next() throws -> Purchase? {
        guard let row = try rows.next() else { return nil }
        let time = try time(row)
        if let last, time < last {
            throw complaint(row, "\(row[columns.time]) is earlier than the row before; sort the file by time")
        }
        last = time
        let line = SaleLine(
            product: try identifier(row, columns.product), quantityMilli: try number(row, columns.quantity, digits: 3),
            netMinor: try number(row, columns.value, digits: 2),
            discountMinor: try columns.discounts.reduce(0) { $0 + (try number(row, $1, digits: 2)) })
        return Purchase(
            row: row.number, household: try identifier(row, columns.household), store: try store(row),
            basket: try identifier(row, columns.basket), time: time, line: line,
            couponMinor: try columns.coupon.map { try number(row, $0, digits: 2) } ?? 0,
            matchMinor: try columns.match.map { try number(row, $0, digits: 2) } ?? 0)
    }

    func complaint(_ row: Int, _ words: String) -> Complaint {
        Complaint(code: Failure.inputCode, words: "\(name), row \(row): \(words)")
    }

    private func complaint(_ row: CsvRow, _ words: String) -> Complaint { complaint(row.number, words) }

    private func time(_ row: CsvRow) throws -> LocalTime {
        guard let time = LocalTime(row[columns.time]) else {
            throw complaint(row, "“\(row[columns.time])” is not a time such as 2017-01-01T11:53:26")
        }
        return time
    }

    private func number(_ row: CsvRow, _ column: Int, digits: Int) throws -> Int64 {
        guard let number = DecimalNumber.scaled(row.bytes(column), digits: digits),
            (-Sale.amountMinorMax...Sale.amountMinorMax).contains(number)
        else {
            throw complaint(
                row, "\(rows.header[column]) “\(row[column])” is not a number with at most \(digits) decimals")
        }
        return number
    }

    private func identifier(_ row: CsvRow, _ column: Int) throws -> String {
        let text = row[column]
        guard (1...Sale.textCharactersMax).contains(text.unicodeScalars.count) else {
            throw complaint(
                row, "\(rows.header[column]) “\(text)” does not have 1 to \(Sale.textCharactersMax) characters")
        }
        return text
    }

    private func store(_ row: CsvRow) throws -> String {
        let text = row[columns.store]
        guard (1...Self.storeCharactersMax).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0) })
        else {
            throw complaint(row, "store_id “\(text)” is not made of 1 to \(Self.storeCharactersMax) letters and digits")
        }
        return text
    }
}
