/// What a line of a sale brought in, and what it cost its buyer in every form. Refunds go by it, in any number of
/// pieces.
package struct RefundableLine: Equatable, Sendable {
    package let quantityMilli: Int64
    package let netMinor: Int64
    /// Of the net: paid with points, with stored value that was paid for, and with the bonus on it.
    package let pointsMinor: Int64
    package let principalMinor: Int64
    package let bonusMinor: Int64
    /// The points that were spent for `pointsMinor`.
    package let pointsSpent: Int64
    package let pointsEarned: Int64
    package let growthEarned: Int64

    package init(
        quantityMilli: Int64, netMinor: Int64, pointsMinor: Int64 = 0, principalMinor: Int64 = 0,
        bonusMinor: Int64 = 0, pointsSpent: Int64 = 0, pointsEarned: Int64 = 0, growthEarned: Int64 = 0
    ) {
        self.quantityMilli = quantityMilli
        self.netMinor = netMinor
        self.pointsMinor = pointsMinor
        self.principalMinor = principalMinor
        self.bonusMinor = bonusMinor
        self.pointsSpent = pointsSpent
        self.pointsEarned = pointsEarned
        self.growthEarned = growthEarned
    }

    /// What a full return gives back.
    package var whole: LineRefund {
        LineRefund(
            quantityMilli: quantityMilli, amountMinor: netMinor, pointsMinor: pointsMinor,
            principalMinor: principalMinor, bonusMinor: bonusMinor, pointsSpent: pointsSpent,
            pointsEarned: pointsEarned, growthEarned: growthEarned)
    }
}

/// What refunds of a line have moved so far, or what one more of them moves.
package struct LineRefund: Equatable, Sendable {
    package let quantityMilli: Int64
    /// In all forms together.
    package let amountMinor: Int64
    package let pointsMinor: Int64
    package let principalMinor: Int64
    package let bonusMinor: Int64
    /// Points given back to the lots from which they were spent.
    package let pointsSpent: Int64
    /// To be taken back.
    package let pointsEarned: Int64
    package let growthEarned: Int64

    package init(
        quantityMilli: Int64, amountMinor: Int64, pointsMinor: Int64 = 0, principalMinor: Int64 = 0,
        bonusMinor: Int64 = 0, pointsSpent: Int64 = 0, pointsEarned: Int64 = 0, growthEarned: Int64 = 0
    ) {
        self.quantityMilli = quantityMilli
        self.amountMinor = amountMinor
        self.pointsMinor = pointsMinor
        self.principalMinor = principalMinor
        self.bonusMinor = bonusMinor
        self.pointsSpent = pointsSpent
        self.pointsEarned = pointsEarned
        self.growthEarned = growthEarned
    }

    package static let nothing = LineRefund(quantityMilli: 0, amountMinor: 0)

    /// To be paid out in money, in whatever way the sale was paid.
    package var moneyMinor: Int64 { amountMinor - pointsMinor - principalMinor - bonusMinor }

    package static func + (a: Self, b: Self) -> Self { a.combined(with: b, +) }
    package static func - (a: Self, b: Self) -> Self { a.combined(with: b, -) }

    private func combined(with other: Self, _ combine: (Int64, Int64) -> Int64) -> Self {
        LineRefund(
            quantityMilli: combine(quantityMilli, other.quantityMilli),
            amountMinor: combine(amountMinor, other.amountMinor),
            pointsMinor: combine(pointsMinor, other.pointsMinor),
            principalMinor: combine(principalMinor, other.principalMinor),
            bonusMinor: combine(bonusMinor, other.bonusMinor), pointsSpent: combine(pointsSpent, other.pointsSpent),
            pointsEarned: combine(pointsEarned, other.pointsEarned),
            growthEarned: combine(growthEarned, other.growthEarned))
    }

    var amounts: [Int64] {
        [
            quantityMilli, amountMinor, pointsMinor, principalMinor, bonusMinor, pointsSpent, pointsEarned,
            growthEarned,
        ]
    }

    /// Every amount in range before any two are put together.
    var isSound: Bool {
        amounts.allSatisfy { (0...Sale.amountMinorMax).contains($0) } && moneyMinor >= 0
    }

    /// Both are sound.
    func isWithin(_ whole: Self) -> Bool {
        zip(amounts, whole.amounts).allSatisfy { $0 <= $1 } && moneyMinor <= whole.moneyMinor
    }
}

package enum RefundPiece: Equatable, Sendable {
    /// Goods come back.
    case quantity(milli: Int64)
    /// The goods stay, and so much of the price is given back.
    case amount(minor: Int64)
}

package enum RefundFault: Error, Equatable, Sendable {
    case notPositive
    case moreThanIsLeft(quantityMilli: Int64, amountMinor: Int64)
    /// The line's numbers, or those of the refunds before, contradict each other.
    case inconsistent
}

extension RefundableLine {
    /// One more refund after others: what all together give, rounded down, less what was given. So any number of
    /// pieces sums to the whole, never to more, and no piece takes back what an earlier one gave.
    ///
    /// - Parameter before: the sum of all refunds of this line so far.
    package func refund(_ piece: RefundPiece, after before: LineRefund = .nothing) throws(RefundFault) -> LineRefund {
        guard whole.isSound, before.isSound, before.isWithin(whole) else { throw .inconsistent }
        let left = whole - before
        let more: (quantity: Int64, amount: Int64)
        switch piece {
        case .quantity(let milli):
            try check(milli, atMost: left.quantityMilli, left)
            more = (milli, amount(for: before.quantityMilli + milli, after: before))
        case .amount(let minor):
            try check(minor, atMost: left.amountMinor, left)
            more = (0, minor)
        }
        let sum = cumulative(
            quantityMilli: before.quantityMilli + more.quantity, amountMinor: before.amountMinor + more.amount)
        let refund = sum - before
        guard refund.isSound else { throw .inconsistent }
        return refund
    }

    private func check(_ wanted: Int64, atMost limit: Int64, _ left: LineRefund) throws(RefundFault) {
        guard wanted > 0 else { throw .notPositive }
        guard wanted <= limit else {
            throw .moreThanIsLeft(quantityMilli: left.quantityMilli, amountMinor: left.amountMinor)
        }
    }

    /// An earlier reduction of the price counts towards the goods that come back.
    private func amount(for returnedMilli: Int64, after before: LineRefund) -> Int64 {
        max(0, Fraction.down(netMinor, returnedMilli, quantityMilli) - before.amountMinor)
    }

    /// Each form takes its share of what the forms before it have left, so that none ever shrinks, money included.
    private func cumulative(quantityMilli: Int64, amountMinor: Int64) -> LineRefund {
        guard quantityMilli < self.quantityMilli || amountMinor < netMinor else { return whole }
        guard amountMinor > 0 else { return LineRefund(quantityMilli: quantityMilli, amountMinor: 0) }
        let points = Fraction.down(amountMinor, pointsMinor, netMinor)
        let (afterPoints, restMinor) = (amountMinor - points, netMinor - pointsMinor)
        let principal = restMinor == 0 ? 0 : Fraction.down(afterPoints, principalMinor, restMinor)
        let (afterPrincipal, lastMinor) = (afterPoints - principal, restMinor - principalMinor)
        let bonus = lastMinor == 0 ? 0 : Fraction.down(afterPrincipal, bonusMinor, lastMinor)
        return LineRefund(
            quantityMilli: quantityMilli, amountMinor: amountMinor, pointsMinor: points, principalMinor: principal,
            bonusMinor: bonus, pointsSpent: spent(for: points),
            pointsEarned: Fraction.down(amountMinor, pointsEarned, netMinor),
            growthEarned: Fraction.down(amountMinor, growthEarned, netMinor))
    }

    /// The points behind so much of what points have paid.
    private func spent(for paidMinor: Int64) -> Int64 {
        pointsMinor == 0 ? 0 : Fraction.down(paidMinor, pointsSpent, pointsMinor)
    }
}
