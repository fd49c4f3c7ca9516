import Loyalty

/// Which coupons the shops will be shown, worked out from the files before the first sale.
struct RedemptionPlan {
    /// A coupon that a household shows at the till, and the line on whose price it counts.
    struct Shown: Equatable, Sendable {
        let coupon: CampaignCoupon
        let line: Int
        let faceMinor: Int64
    }

    /// Why a redemption of the file is not tried at any till.
    enum Omission: String, CaseIterable {
        case noSale = "household_bought_nothing_here_that_day"
        case noDiscount = "no_line_with_a_coupon_discount"
        case otherValue = "discount_is_not_the_coupons_value"
    }

    struct Definition {
        let faceMinor: Int64
        let products: Set<String>
    }

    private(set) var shown: [String: [Shown]] = [:]
    private(set) var definitions: [CampaignCoupon: Definition] = [:]
    private(set) var omissions: [Omission: Int] = [:]

    private struct Match {
        let basket: String
        let line: Int
        let coupon: CampaignCoupon
        let product: String
        let discountMinor: Int64
    }

    private struct Key: Hashable {
        let household: String
        let date: CivilDate
    }

    /// - Parameter next: everything that will be sold, basket by basket.
    init(_ files: CampaignFiles, next: () throws -> Basket?) rethrows {
        let wanted = Set(files.redemptions.map { Key(household: $0.household, date: $0.date) })
        var bought: [Key: [Basket]] = [:]
        while let basket = try next() {
            let key = Key(household: basket.household, date: basket.time.date)
            if wanted.contains(key) { bought[key, default: []].append(basket) }
        }
        var taken: Set<String> = []
        var matches: [Match] = []
        for redemption in files.redemptions {
            let found = bought[Key(household: redemption.household, date: redemption.date)] ?? []
            if let match = Self.match(redemption, files, found, &taken) {
                matches.append(match)
            } else {
                omissions[found.isEmpty ? .noSale : .noDiscount, default: 0] += 1
            }
        }
        settle(matches)
    }

    /// A line of the coupon's products that had a coupon's discount, and stands for no other redemption yet.
    private static func match(
        _ redemption: CampaignFiles.Redemption, _ files: CampaignFiles, _ baskets: [Basket],
        _ taken: inout Set<String>
    ) -> Match? {
        let products = files.products[redemption.coupon] ?? []
        for basket in baskets {
            for (index, line) in basket.lines.enumerated()
            where basket.couponMinor[index] > 0 && line.netMinor >= 0 && products.contains(line.product) {
                guard taken.insert("\(basket.id):\(index)").inserted else { continue }
                return Match(
                    basket: basket.id, line: index, coupon: redemption.coupon, product: line.product,
                    discountMinor: basket.couponMinor[index])
            }
        }
        return nil
    }

    /// A coupon is worth what it took off most often; the smaller amount where two are as frequent.
    private mutating func settle(_ matches: [Match]) {
        var counts: [CampaignCoupon: [Int64: Int]] = [:]
        for match in matches { counts[match.coupon, default: [:]][match.discountMinor, default: 0] += 1 }
        for (coupon, values) in counts {
            guard let face = values.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else { continue }
            definitions[coupon] = Definition(
                faceMinor: face, products: Set(matches.filter { $0.coupon == coupon }.map(\.product)))
        }
        for match in matches {
            guard let face = definitions[match.coupon]?.faceMinor, face == match.discountMinor else {
                omissions[.otherValue, default: 0] += 1
                continue
            }
            shown[match.basket, default: []].append(
                Shown(coupon: match.coupon, line: match.line, faceMinor: face))
        }
    }
}
