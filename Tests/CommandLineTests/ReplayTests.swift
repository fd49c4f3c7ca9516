import Foundation
import Testing

/// A small file of purchases, replayed on real nodes and compared.
@Suite(.timeLimit(.minutes(3)))
struct ReplayTests {
    /// Twenty days; three households buy for 50.00 every day, in two stores by turns.
    private static let purchases: String = {
        let header =
            "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,"
            + "coupon_match_disc,transaction_timestamp\n"
        let rows = (1...20).flatMap { day in
            (1...3).flatMap { household -> [String] in
                let date = "2017-01-\(day < 10 ? "0" : "")\(day)T1\(household):00:00"
                let (store, basket) = ((day + household) % 2 == 0 ? "A" : "B", "\(day)-\(household)")
                let coupon = (3...4).contains(day) ? "1.00" : "0"
                return [
                    "\(household),\(store),\(basket),tea,1,9.75,0.25,\(coupon),0.50,\(date)",
                    "\(household),\(store),\(basket),rice,2,40.25,1.10,0,0,\(date)",
                ]
            }
        }
        return header + rows.joined(separator: "\n") + "\n"
    }()

    /// The third household is not in the campaign, and the first one bought nothing on the last day.
    private static let campaign = [
        "campaign_descriptions.csv": "campaign_id,campaign_type,start_date,end_date\n7,A,2017-01-01,2017-01-31\n",
        "campaigns.csv": "campaign_id,household_id\n7,1\n7,2\n",
        "coupons.csv": "coupon_upc,product_id,campaign_id\n555,tea,7\n",
        "coupon_redemptions.csv": """
        household_id,coupon_upc,campaign_id,redemption_date
        1,555,7,2017-01-03
        2,555,7,2017-01-03
        3,555,7,2017-01-04
        1,555,7,2017-01-30

        """,
    ]

    @Test func theFileAndTheChainAgree() async throws {
        let shops = try Shops()
        try shops.write(Self.purchases, to: "purchases.csv")
        let outcome = try await shops.run(["replay", "--transactions", "purchases.csv", "--offline", "0.3"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(Self.row("net sales, line by line", outcome) == ["3,000.00 USD", "3,000.00 USD", "yes"])
        #expect(Self.row("points of each household", outcome) == ["3,000", "3,000", "yes"])
        #expect(Self.row("tenders of all sales", outcome) == nil)
    }

    /// Twenty days pass in a second: a line that was down in them is down for most of that second, too.
    @Test(arguments: [("0", 1_000), ("0.3", 0)])
    func pointsAreSpentAndCouponsRedeemedToTheCent(offline: String, pointsMin: Int) async throws {
        let shops = try Shops()
        try shops.write(Self.purchases, to: "purchases.csv")
        for (name, text) in Self.campaign { try shops.write(text, to: name) }
        let outcome = try await shops.run([
            "replay", "--transactions", "purchases.csv", "--redemptions", ".", "--offline", offline,
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(Self.row("tenders of all sales", outcome) == ["3,000.00 USD", "3,000.00 USD", "yes"])
        #expect(Self.row("vouchers (coupon_match)", outcome) == ["30.00 USD", "30.00 USD", "yes"])
        #expect(Self.row("lots overdrawn", outcome) == ["0", "0", "yes"])
        #expect(Self.row("coupons used twice", outcome) == ["0", "0", "yes"])
        #expect(Self.row("members whose balance is what they earned less what they spent", outcome)?.last == "yes")
        #expect(Self.row("redemptions in the file", outcome) == ["4"])
        #expect(Self.row("not shown household bought nothing here that day", outcome) == ["1"])
        #expect(Self.row("coupons shown", outcome) == ["3"])
        // Every fifth sale of three households.
        #expect(Self.row("sales to be paid with points", outcome) == ["12"])
        #expect(Self.row("points spent", outcome).flatMap { Int($0[0]) } ?? -1 >= pointsMin)
    }

    /// What follows a name in the printed table; nil where no line begins with it.
    private static func row(_ name: String, _ outcome: Program.Outcome) -> [String]? {
        for line in outcome.output.split(separator: "\n") {
            let fields = line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
            if fields.first == name { return Array(fields.dropFirst()) }
        }
        return nil
    }
}
