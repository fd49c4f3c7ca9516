/// §14.1, entry by entry. Each says what is lacking.
extension ReferenceModel {
    static let hub: UInt128 = 0

    mutating func open(_ terms: TermsBody) {
        if lots[terms.lot] != nil { return }
        lots[terms.lot] = Lot(
            member: terms.member, kind: terms.kind, wallet: terms.wallet, available: terms.available,
            expires: terms.expires)
    }

    /// "earned is a, and h has a. Only once: a lot that has earned something gets nothing more, and all of a is
    /// lacking."
    mutating func earn(_ amount: Int64, in lot: UInt128, to holder: UInt128) -> Int64 {
        guard let found = lots[lot], found.earned == 0 else { return amount }
        lots[lot]?.earned = amount
        give(amount, in: lot, to: holder)
        count(amount, in: lot)
        return 0
    }

    /// "spent grows by a, what h has shrinks by a. If h has less, all it has is gone, and the rest is overdrawn and
    /// lacking."
    mutating func spend(_ amount: Int64, in lot: UInt128, from holder: UInt128) -> Int64 {
        guard lots[lot] != nil else { return amount }
        let lacking = amount - takeRights(amount, in: lot, from: holder)
        lots[lot]?.spent += amount
        lots[lot]?.overdrawn += lacking
        count(lacking - amount, in: lot)
        return lacking
    }

    /// "a changes hands; if g has less, all that it has, and the rest is lacking."
    mutating func move(_ amount: Int64, in lot: UInt128, from giver: UInt128, to taker: UInt128) -> Int64 {
        guard lots[lot] != nil else { return amount }
        let moved = takeRights(amount, in: lot, from: giver)
        give(moved, in: lot, to: taker)
        return amount - moved
    }

    /// "refunded grows by a, what h has grows by a, but at most by what was spent and not yet refunded; the rest is
    /// lacking."
    mutating func restore(_ amount: Int64, in lot: UInt128, to holder: UInt128) -> Int64 {
        guard let found = lots[lot] else { return amount }
        let restored = min(amount, found.spent - found.refunded)
        lots[lot]?.refunded += restored
        give(restored, in: lot, to: holder)
        count(restored, in: lot)
        return amount - restored
    }

    /// "what h has shrinks by a; if h has less, all it has is taken, and the rest is lacking."
    mutating func take(_ amount: Int64, in lot: UInt128, from holder: UInt128, isExpiry: Bool) -> Int64 {
        guard lots[lot] != nil else { return amount }
        let taken = takeRights(amount, in: lot, from: holder)
        if isExpiry { lots[lot]?.expired += taken } else { lots[lot]?.clawedBack += taken }
        count(-taken, in: lot)
        return amount - taken
    }

    /// "A lot of kind growth is never to be spent; any other not before its first day and not after its last."
    func isSpendable(_ lot: UInt128, on date: String) -> Bool {
        guard let lot = lots[lot] else { return true }
        if lot.kind == "growth" { return false }
        if let available = lot.available, available > date { return false }
        if let expires = lot.expires, expires < date { return false }
        return true
    }

    func rights(of holder: UInt128, in lot: UInt128) -> Int64 { lots[lot]?.rights[holder] ?? 0 }

    private mutating func give(_ amount: Int64, in lot: UInt128, to holder: UInt128) {
        if amount > 0 { lots[lot]?.rights[holder, default: 0] += amount }
    }

    private mutating func takeRights(_ amount: Int64, in lot: UInt128, from holder: UInt128) -> Int64 {
        let held = rights(of: holder, in: lot)
        let taken = min(held, amount)
        lots[lot]?.rights[holder] = held == taken ? nil : held - taken
        return taken
    }

    private mutating func count(_ amount: Int64, in lot: UInt128) {
        guard let lot = lots[lot] else { return }
        control[[lot.kind, lot.wallet], default: 0] += amount
    }
}
