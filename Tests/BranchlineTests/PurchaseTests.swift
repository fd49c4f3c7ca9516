import Loyalty
import Testing

@testable import branchline

@Suite struct PurchaseTests {
    private static let header =
        "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc,"
        + "transaction_timestamp\n"
    private static let twoBaskets =
        header + """
            900,330,b1,tea,1,0.50,0.00,0.00,0.00,2017-01-01T11:53:26
            901,330,b2,rice,2,10.00,1.25,0.50,0.25,2017-01-01T11:53:26
            900,330,b1,milk,0,0.99,0.10,0.00,0.00,2017-01-01T11:53:26
            900,406,b3,tea,1.5,2.00,0.00,0.00,0.00,2017-01-02T08:00:00

            """

    @Test func rowsOfOneBasketAreOneSale() throws {
        let baskets = try baskets(Self.twoBaskets)
        #expect(baskets.map(\.id) == ["b1", "b2", "b3"])
        #expect(baskets[0].lines.map(\.netMinor) == [50, 99])
        #expect(
            baskets[1].lines == [
                SaleLine(product: "rice", quantityMilli: 2_000, netMinor: 1_000, discountMinor: 200)
            ])
        #expect(baskets[2].lines[0].quantityMilli == 1_500)
        #expect(baskets.map(\.row) == [2, 3, 5])
    }

    @Test func theTallyAddsUpRowsAndNamesTheBusiestStores() throws {
        var reader = try reader(Self.twoBaskets)
        var tally = PurchaseTally()
        while let purchase = try reader.next() { tally.add(purchase) }
        #expect(tally.stores == ["330", "406"])
        let all = tally.totals(of: ["330", "406"], limit: .max).totals
        // 149, 1,000 and 200 minor units: each rounded down for itself.
        #expect(all.all == Sums(sales: 3, netMinor: 1_349, points: 1 + 10 + 2))
        #expect(all.lines == 4)
        #expect(all.byHousehold["900"] == Sums(sales: 2, netMinor: 349, points: 3))
        #expect(all.byStore["406"] == Sums(sales: 1, netMinor: 200, points: 2))
        #expect(tally.totals(of: ["330"], limit: 1).totals.all == Sums(sales: 1, netMinor: 149, points: 1))
    }

    @Test(arguments: [
        ("900,330,b1,tea,1,0.505,0,0,0,2017-01-01T11:53:26\n", "row 2: sales_value"),
        ("900,330,b1,tea,one,0.50,0,0,0,2017-01-01T11:53:26\n", "row 2: quantity"),
        ("900,330,b1,tea,1,0.50,0,0,0,01/01/2017\n", "row 2: “01/01/2017” is not a time"),
        ("900,../x,b1,tea,1,0.50,0,0,0,2017-01-01T11:53:26\n", "row 2: store_id"),
        (
            "1,330,b1,tea,1,0.50,0,0,0,2017-01-02T00:00:00\n1,330,b2,tea,1,0.50,0,0,0,2017-01-01T00:00:00\n",
            "row 3: 2017-01-01T00:00:00 is earlier"
        ),
        (
            "1,330,b1,tea,1,0.50,0,0,0,2017-01-01T00:00:00\n2,330,b1,tea,1,0.50,0,0,0,2017-01-01T00:00:00\n",
            "row 3: basket b1 has another household"
        ),
        (
            "1,330,b1,tea,1,0.50,0,0,0,2017-01-01T00:00:00\n1,330,b1,tea,1,0.50,0,0,0,2017-01-02T00:00:00\n",
            "row 3: basket b1 was bought at an earlier time"
        ),
    ])
    func aBadRowIsNamed(rows: String, complaint: String) {
        #expect { try baskets(Self.header + rows) } throws: {
            ($0 as? Complaint)?.words.contains(complaint) ?? false
        }
    }

    private func baskets(_ text: String) throws -> [Basket] {
        var reader = try BasketReader(try reader(text))
        var baskets: [Basket] = []
        while let basket = try reader.next() { baskets.append(basket) }
        return baskets
    }

    private func reader(_ text: String) throws -> PurchaseReader {
        var pieces = [Array(text.utf8)]
        return try PurchaseReader(CsvReader { pieces.popLast() }, named: "test.csv")
    }
}
