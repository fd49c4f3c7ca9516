import Foundation
import Loyalty

/// A coupon of the “Complete Journey” data: a number that several campaigns may use.
struct CampaignCoupon: Hashable, Comparable {
    let campaign: UInt16
    let number: String

    static func < (a: Self, b: Self) -> Bool { (a.campaign, a.number) < (b.campaign, b.number) }

    /// As headquarters declares it.
    var definitionCode: String { "c\(campaign)-\(number)" }
}

/// What headquarters gave out, and what households made of it.
struct CampaignFiles {
    struct Redemption {
        let household: String
        let coupon: CampaignCoupon
        let date: CivilDate
    }

    /// First and last day, inclusive.
    private(set) var windows: [UInt16: (from: CivilDate, to: CivilDate)] = [:]
    private(set) var households: [UInt16: Set<String>] = [:]
    private(set) var redemptions: [Redemption] = []
    /// Of the coupons that were redeemed.
    private(set) var products: [CampaignCoupon: Set<String>] = [:]

    /// - Parameter directory: with campaign_descriptions, campaigns, coupon_redemptions and coupons, as CSV, gzip or
    ///   not.
    init(directory: String) throws {
        try Self.read("campaign_descriptions", in: directory, ["campaign_id", "start_date", "end_date"]) { row in
            windows[try row.campaign(0)] = (try row.date(1), try row.date(2))
        }
        try Self.read("campaigns", in: directory, ["campaign_id", "household_id"]) { row in
            households[try row.campaign(0), default: []].insert(row[1])
        }
        let columns = ["household_id", "coupon_upc", "campaign_id", "redemption_date"]
        try Self.read("coupon_redemptions", in: directory, columns) { row in
            let coupon = CampaignCoupon(campaign: try row.campaign(2), number: try row.couponNumber(1))
            redemptions.append(Redemption(household: row[0], coupon: coupon, date: try row.date(3)))
            products[coupon] = []
        }
        try Self.read("coupons", in: directory, ["coupon_upc", "product_id", "campaign_id"]) { row in
            let coupon = CampaignCoupon(campaign: try row.campaign(2), number: row[0])
            products[coupon]?.insert(row[1])
        }
    }

    /// A row's fields in the order in which they were asked for.
    private struct Row {
        let file: String
        let number: Int
        let fields: [String]

        subscript(column: Int) -> String { fields[column] }

        func campaign(_ column: Int) throws -> UInt16 {
            guard let number = UInt16(self[column]), number <= CouponCode.campaignMax else {
                throw complaint("“\(self[column])” is not a campaign's number")
            }
            return number
        }

        func date(_ column: Int) throws -> CivilDate {
            guard let date = CivilDate(self[column]) else { throw complaint("“\(self[column])” is not a date") }
            return date
        }

        func couponNumber(_ column: Int) throws -> String {
            let number = self[column]
            guard CouponIssue.isDefinitionCode("c\(CouponCode.campaignMax)-\(number)") else {
                throw complaint("“\(number)” is not a coupon's number")
            }
            return number
        }

        private func complaint(_ words: String) -> Complaint {
            Complaint(code: Failure.inputCode, words: "\(file), row \(number): \(words)")
        }
    }

    private static func read(
        _ name: String, in directory: String, _ columns: [String], _ take: (Row) throws -> Void
    ) throws {
        let file = try path(of: name, in: directory)
        var rows = try CsvReader(FilePieces(path: file).next)
        let places = try columns.map { try rows.column($0) }
        while let row = try rows.next() {
            try take(Row(file: file, number: row.number, fields: places.map { row[$0] }))
        }
    }

    /// `coupon_redemptions.csv`, or one with a period in its name, such as `coupon_redemptions-2017H1.csv.gz`.
    private static func path(of name: String, in directory: String) throws -> String {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let found = files.sorted().first { file in
            let isTable = file.hasSuffix(".csv") || file.hasSuffix(".csv.gz")
            return isTable && (file.hasPrefix(name + ".") || file.hasPrefix(name + "-"))
        }
        guard let found else {
            throw Complaint(code: Failure.notFoundCode, words: "\(directory) has no \(name).csv or \(name).csv.gz")
        }
        return directory + "/" + found
    }
}
