/// Which part of stored value pays first: what was paid for, or the bonus with it.
package enum SpendOrder: String, CaseIterable, Sendable {
    case proportional
    case principalFirst = "principal_first"

    /// Neither part exceeds what there is of it.
    ///
    /// - Parameter amount: at most principal and bonus together; none of them negative.
    package func split(_ amount: Int64, principal: Int64, bonus: Int64) -> (principal: Int64, bonus: Int64) {
        switch self {
        case .principalFirst:
            let paid = min(amount, principal)
            return (paid, amount - paid)
        case .proportional:
            let bonusPart = Allocation.split(amount, by: [principal, bonus])[1]
            return (amount - bonusPart, bonusPart)
        }
    }
}
