import Administration
import Loyalty
import ReplicaStore
import Replication

/// Headquarters declares the file's coupons and gives them to the campaigns' households, before the first sale.
struct CouponOffice {
    private static let deliverySecondsMax = 300.0
    private static let recipientsAtOnce = 250
    private static let instruction = ["do", "replay", "the file's campaign"]

    let chain: LocalChain
    let shops: Int
    let files: CampaignFiles
    let plan: RedemptionPlan
    /// Whoever has joined.
    let households: Set<String>

    /// How many coupons were given out.
    func open() async throws -> Int {
        var issued = 0
        for (coupon, definition) in plan.definitions.sorted(by: { $0.key < $1.key }) {
            guard let window = files.windows[coupon.campaign] else { continue }
            try await declare(coupon, definition, from: window.from, to: window.to)
            issued += try await issue(coupon, on: window.from)
        }
        let delivered = try await Waiting.until(atMostSeconds: Self.deliverySecondsMax, everyMilliseconds: 100) {
            let rows = try await chain.ask("nodes.list")
            return rows.count == shops && rows.allSatisfy { $0["behind"] == "0" }
        }
        guard delivered != nil else {
            throw Complaint(code: Failure.unavailableCode, words: "the shops have not received their coupons in time")
        }
        return issued
    }

    static func id(_ coupon: CampaignCoupon, of household: String) -> RecordID {
        IssuedCoupon.id(
            definitionCode: coupon.definitionCode, recipient: .member(Feed.member(household)), number: number)
    }

    private static let number: UInt32 = 1

    private func declare(
        _ coupon: CampaignCoupon, _ definition: RedemptionPlan.Definition, from: CivilDate, to: CivilDate
    ) async throws {
        _ = try await chain.ask(
            ["programme.set"] + Self.instruction + ["coupon", coupon.definitionCode, from.text]
                + [
                    "name=Coupon \(coupon.number)", "campaign=c\(coupon.campaign)",
                    "off_minor=\(definition.faceMinor)", "from=\(from.text)", "to=\(to.text)",
                    "products=list:\(definition.products.sorted().joined(separator: ","))",
                ])
    }

    /// To those of the campaign's households that have joined.
    private func issue(_ coupon: CampaignCoupon, on date: CivilDate) async throws -> Int {
        let recipients = (files.households[coupon.campaign] ?? []).intersection(households).sorted()
            .map { "member=\(Feed.member($0).hexadecimal)" }
        for start in stride(from: 0, to: recipients.count, by: Self.recipientsAtOnce) {
            let part = recipients[start..<min(start + Self.recipientsAtOnce, recipients.count)]
            _ = try await chain.ask(
                ["coupons.issue"] + Self.instruction + [date.text, coupon.definitionCode, String(Self.number)] + part)
        }
        return recipients.count
    }
}
