/// Why a coupon or an offer takes nothing off.
package enum OfferRefusal: String, CaseIterable, Error, Sendable {
    case wrongBranch = "wrong_branch"
    case wrongTier = "wrong_tier"
    case wrongDay = "wrong_day"
    case wrongHour = "wrong_hour"
    case notYet = "not_yet"
    case expired
    case belowThreshold = "below_threshold"
    case noEligibleProduct = "no_eligible_product"
    /// Another offer in the same sale stands against it.
    case stacking
    case unknownDefinition = "unknown_definition"
    /// This branch holds no right to it, and its campaign does not allow redemption without.
    case policy
    case usedUp = "used_up"
    case memberLimit = "member_limit"
    /// Nothing is left to pay.
    case nothingToReduce = "nothing_to_reduce"
}
