import Digests
import Foundation
import Localization
import Loyalty
import Replication

/// The rows of one sale in a file, checked: its first row says when and where, each is a line.
struct SaleRows {
    let number: Int
    let reference: String
    let till: String
    let occurredAtMilliseconds: UInt64
    let businessDate: CivilDate
    let buyer: Buyer?
    private(set) var lines: [SaleLine]

    /// By what the file names the member.
    enum Buyer: Hashable {
        case id(String)
        case card(String)
        case phone(String)

        var column: String {
            switch self {
            case .id: "member_id"
            case .card: "member_card"
            case .phone: "member_phone"
            }
        }
    }

    static let columns = [
        "sale", "till", "time", "product", "quantity", "net", "discount", "member_id", "member_card", "member_phone",
    ]
    static let required = ["sale", "time", "product", "net"]
    static let aliases = [
        "小票号": "sale", "收银机": "till", "时间": "time", "商品": "product", "数量": "quantity", "实收": "net",
        "优惠": "discount", "会员编号": "member_id", "会员卡": "member_card", "会员手机": "member_phone",
    ]

    /// A till's clock may be ahead of ours, but not by more.
    private static let aheadMillisecondsMax: UInt64 = 86_400_000

    /// Everybody who imports the same sale makes the same id.
    var id: RecordID { RecordID(IntentID.make(Array("import.sale".utf8), Array(reference.utf8))) }

    func sale(member: RecordID?) -> Sale {
        Sale.earning(
            id: id, member: member, till: till, reference: reference,
            occurredAtMilliseconds: occurredAtMilliseconds, businessDate: businessDate, lines: lines)
    }

    init(
        first row: TableFile.Row, _ chain: Desk.Chain, nowMilliseconds: UInt64, faults: inout RowFaults
    ) throws {
        guard let reference = row["sale"] else { throw row.fault("sale", "the sale's number is missing", "缺少小票号") }
        guard let typed = row["time"] else { throw row.fault("time", "the time is missing", "缺少时间") }
        guard let time = WrittenTime(typed, zone: chain.zone)?.milliseconds,
            let date = WrittenTime.day(ofMilliseconds: time, zone: chain.zone)
        else {
            throw row.fault(
                "time", "“\(typed)” is not a time. Write 2026-03-05 14:03 or 2026-03-05T14:03:09+08:00",
                "“\(typed)”不是时间，请按 2026-03-05 14:03 填写")
        }
        guard time <= nowMilliseconds + Self.aheadMillisecondsMax else {
            throw row.fault("time", "“\(typed)” is in the future", "“\(typed)”在将来")
        }
        number = row.number
        self.reference = reference
        till = row["till"] ?? ""
        occurredAtMilliseconds = time
        businessDate = date
        buyer = try Self.buyer(in: row, country: chain.country)
        lines = []
        add(row, currency: chain.currency, faults: &faults)
    }

    /// A further line. Where it says anything else of the sale than the first row, it is another sale's or wrong.
    mutating func add(_ row: TableFile.Row, after first: TableFile.Row, _ chain: Desk.Chain, faults: inout RowFaults) {
        let shared = ["till", "time", "member_id", "member_card", "member_phone"]
        for column in shared where row[column] != nil && row[column] != first[column] {
            faults.add(
                row.fault(
                    column, "sale \(reference) says something else in row \(first.number)",
                    "与第 \(first.number) 行的同一笔销售 \(reference) 不一致"))
        }
        add(row, currency: chain.currency, faults: &faults)
    }

    private mutating func add(_ row: TableFile.Row, currency: String, faults: inout RowFaults) {
        guard let product = row["product"] else {
            return faults.add(row.fault("product", "the product is missing", "缺少商品"))
        }
        let digits = Currency.digits(currency)
        let net = Self.number(row, "net", digits: digits, without: nil, &faults)
        let quantity = Self.number(row, "quantity", digits: 3, without: 1_000, &faults)
        let discount = Self.number(row, "discount", digits: digits, without: 0, &faults)
        guard let net, let quantity, let discount else { return }
        lines.append(
            SaleLine(product: product, quantityMilli: quantity, netMinor: net, discountMinor: discount))
    }

    private static func number(
        _ row: TableFile.Row, _ column: String, digits: Int, without: Int64?, _ faults: inout RowFaults
    ) -> Int64? {
        guard let typed = row[column] else {
            if without == nil { faults.add(row.fault(column, "the number is missing", "缺少数字")) }
            return without
        }
        guard let number = DecimalNumber.scaled(typed.utf8, digits: digits) else {
            faults.add(
                row.fault(
                    column,
                    "“\(typed)” is not a number such as 12 or 12.5, with at most \(digits) digits behind the point",
                    "“\(typed)”不是数字，请按 12 或 12.5 填写，小数最多 \(digits) 位"))
            return nil
        }
        return number
    }

    private static func buyer(in row: TableFile.Row, country: String) throws -> Buyer? {
        if let id = row["member_id"] { return .id(id) }
        if let card = row["member_card"] { return .card(card) }
        return try MemberRow.phone(in: row, column: "member_phone", country: country).map(Buyer.phone)
    }
}
