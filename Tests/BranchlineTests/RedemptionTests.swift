import Loyalty
import Testing

@testable import branchline

@Suite struct RedemptionTests {
    private static let header =
        "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc,"
        + "transaction_timestamp\n"

    private func baskets(_ rows: String) throws -> [Basket] {
        var pieces = [Array((Self.header + rows).utf8)]
        var reader = try BasketReader(
            PurchaseReader(CsvReader { pieces.popLast() }, named: "purchases"))
        var baskets: [Basket] = []
        while let basket = try reader.next() { baskets.append(basket) }
        return baskets
    }

    @Test func aToldSaleHasTheFilesDiscountsAndTenders() throws {
        let basket = try #require(
            try baskets(
                """
                1,330,b,tea,2,9.00,0.50,1.00,0.40,2017-01-01T08:00:00
                1,330,b,rice,1,3.25,0,0,0,2017-01-01T08:00:00

                """
            ).first)
        let sale = CounterSale(basket: basket, nowMilliseconds: 1_483_228_800_000).reported()
        try sale.check()
        #expect(sale.netMinor == 1_225)
        #expect(sale.points == 12)
        #expect(sale.lines.map(\.discountMinor) == [150, 0])
        #expect(sale.settlement?.lines.map(\.couponMinor) == [100, 0])
        #expect(sale.settlement?.tenders.map(\.kind) == [.voucher, .cash])
        #expect(sale.settlement?.tenders.map(\.amountMinor) == [40, 1_185])
    }

    /// Half of the bill, in hundreds, and no more than the vouchers leave.
    @Test(arguments: [(0, 2_000, 600), (1_000, 250, 200), (1_150, 2_000, 0), (0, 99, 0)])
    func pointsPayWhatTheBillTakes(matchMinor: Int64, available: Int64, usable: Int64) throws {
        let cents = matchMinor % 100 < 10 ? "0\(matchMinor % 100)" : "\(matchMinor % 100)"
        let row = "1,330,b,tea,1,12.25,0,0,\(matchMinor / 100).\(cents),2017-01-01T08:00:00\n"
        let basket = try #require(try baskets(row).first)
        #expect(CounterSale(basket: basket, nowMilliseconds: 0).usable(of: available) == usable)
    }

    @Test func aCouponsValueStandsOnTopOfThePriceAndIsTakenOffAgain() throws {
        let basket = try #require(try baskets("1,330,b,tea,1,9.00,0,1.00,0,2017-01-01T08:00:00\n").first)
        let shown = CounterSale.Shown(id: CouponOffice.id(Self.coupon, of: "1"), line: 0, faceMinor: 100)
        let checkout = CounterSale(basket: basket, nowMilliseconds: 0).checkout(points: 300, coupons: [shown])
        #expect(checkout.lines.map(\.grossMinor) == [1_000])
        #expect(checkout.coupons == [shown.id])
        #expect(checkout.points == .exactly(300))
        #expect(checkout.tenders.map(\.amountMinor) == [600])
    }

    private static let coupon = CampaignCoupon(campaign: 1, number: "111")

    /// One is used; one has another value; one's household bought nothing that day; one's basket had no discount.
    @Test func everyRedemptionOfTheFileIsShownOrHasAReason() throws {
        let folder = try TemporaryDirectory.make("branchline-redemptions")
        defer { folder.remove() }
        try Excerpt.write(
            [
                "campaign_descriptions": "campaign_id,campaign_type,start_date,end_date\n1,A,2017-01-01,2017-02-01\n",
                "campaigns": "campaign_id,household_id\n1,1\n1,2\n",
                "coupons": "coupon_upc,product_id,campaign_id\n111,tea,1\n",
                "coupon_redemptions": """
                household_id,coupon_upc,campaign_id,redemption_date
                1,111,1,2017-01-02
                2,111,1,2017-01-03
                3,111,1,2017-01-03
                1,111,1,2017-01-04
                1,111,1,2017-01-05

                """,
            ], to: folder.path)
        var sold = try baskets(
            """
            1,330,b1,tea,1,9.00,0,1.00,0,2017-01-02T08:00:00
            2,330,b2,tea,1,9.00,0,0.50,0,2017-01-03T08:00:00
            3,330,b3,tea,1,9.00,0,1.00,0,2017-01-03T09:00:00
            1,330,b4,tea,1,9.00,0,0,0,2017-01-04T08:00:00

            """)[...]
        let plan = RedemptionPlan(try CampaignFiles(directory: folder.path)) { sold.popFirst() }
        let shown = RedemptionPlan.Shown(coupon: Self.coupon, line: 0, faceMinor: 100)
        #expect(plan.shown == ["b1": [shown], "b3": [shown]])
        #expect(plan.omissions == [.otherValue: 1, .noDiscount: 1, .noSale: 1])
        #expect(plan.definitions[Self.coupon]?.faceMinor == 100)
    }
}
