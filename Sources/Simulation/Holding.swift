import Loyalty
import Replication

/// What a node may spend, reckoned from what it has written and what has reached it.
struct Holding {
    private(set) var rights: [RecordID: Int64] = [:]
    /// The hub's transfers to this node that it has not taken in yet.
    private(set) var inFlight: [Transfer] = []
    private(set) var released: Set<RecordID> = []

    func right(to lot: RecordID) -> Int64 { rights[lot] ?? 0 }

    mutating func send(_ transfer: Transfer) { inFlight.append(transfer) }

    mutating func arrive(_ transfer: Transfer, at actor: ActorID) {
        inFlight.removeAll { $0.id == transfer.id }
        for item in transfer.items {
            if transfer.to == .actor(actor) { rights[item.terms.id, default: 0] += item.amount }
            if transfer.from == .actor(actor) { _ = take(item.amount, of: item.terms.id) }
        }
    }

    /// An own operation's; returns what was lacking.
    mutating func take(_ move: Movement, as actor: ActorID) -> Int64 {
        if move.to == .actor(actor) { rights[move.lot, default: 0] += move.amount }
        return move.from == .actor(actor) ? take(move.amount, of: move.lot) : 0
    }

    mutating func release(_ sale: RecordID) { released.insert(sale) }

    /// Everything goes; returns what there was.
    mutating func surrender(sales: [RecordID]) -> [RecordID: Int64] {
        defer { rights = [:] }
        released.formUnion(sales)
        return rights
    }

    private mutating func take(_ amount: Int64, of lot: RecordID) -> Int64 {
        let held = right(to: lot)
        rights[lot] = held > amount ? held - amount : nil
        return max(0, amount - held)
    }
}

/// What was spent and given back of a lot on all disks together, sent to the hub or not.
struct LotTotals {
    private(set) var credited: Int64 = 0
    private(set) var used: Int64 = 0
    /// Its holder has been written off, or lies: what is used beyond is the chain's loss.
    var isAtRisk = false

    mutating func take(_ move: Movement) {
        switch move.effect {
        case .earned, .refunded: credited += move.amount
        case .spent, .expired, .clawedBack: used += move.amount
        case .attempted, .moved, .writtenOff: break
        }
    }

    var isOverspent: Bool { used > credited && !isAtRisk }
}

/// What came back of a sale, as its seller knows it: piece by piece, on all disks.
struct Returned {
    private var byLine: [UInt32: (quantityMilli: Int64, netMinor: Int64)] = [:]
    private var pointsSpent: Int64 = 0
    private var pointsEarned: Int64 = 0
    private var storedMinor: Int64 = 0

    /// False where more came back than was sold.
    mutating func take(_ refund: Refund, of sale: Sale) -> Bool {
        var isWithin = true
        for line in refund.lines {
            guard sale.lines.indices.contains(Int(line.line) - 1) else { return false }
            let sold = sale.lines[Int(line.line) - 1]
            var sum = byLine[line.line] ?? (0, 0)
            sum.quantityMilli += line.quantityMilli
            sum.netMinor += line.netMinor
            byLine[line.line] = sum
            pointsSpent += line.pointsSpent
            pointsEarned += line.shares.pointsEarned
            storedMinor += line.shares.principalMinor + line.shares.bonusMinor
            isWithin = isWithin && sum.quantityMilli <= sold.quantityMilli && sum.netMinor <= sold.netMinor
        }
        let stored = (sale.settlement?.lines ?? []).reduce(0) { $0 + $1.principalMinor + $1.bonusMinor }
        return isWithin && pointsSpent <= sale.settlement?.pointsSpent ?? 0 && pointsEarned <= sale.points
            && storedMinor <= stored
    }
}
