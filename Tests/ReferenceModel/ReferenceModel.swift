package import Replication

/// The ledger and the coupons as the specification (`protocol/README.md` §6.3 and §14) has them, worked out from the
/// hub's log alone, one entry after the other, without a line of the product's code. Slow and plain on purpose.
package struct ReferenceModel {
    /// "A lot is one credit of one wallet with one expiry."
    package struct Lot {
        package let member: UInt128?
        package let kind: String
        package let wallet: String
        let available: String?
        let expires: String?
        package internal(set) var earned: Int64 = 0
        package internal(set) var refunded: Int64 = 0
        package internal(set) var spent: Int64 = 0
        package internal(set) var expired: Int64 = 0
        package internal(set) var clawedBack: Int64 = 0
        package internal(set) var overdrawn: Int64 = 0
        /// By holder; 0 is the hub. Nobody with nothing.
        package internal(set) var rights: [UInt128: Int64] = [:]

        package var remaining: Int64 { rights.values.reduce(0, +) }
    }

    package struct Wallet: Hashable {
        package let member: UInt128
        package let name: String

        package init(member: UInt128, name: String) {
            self.member = member
            self.name = name
        }
    }

    /// One use of a coupon.
    package struct Redemption: Equatable {
        package let sale: UInt128
        /// In the hub's log.
        package let position: UInt64
        package let dot: Dot
        package let mode: String
        package let discount: Int64
        package internal(set) var isUndone = false
    }

    package struct SaleLine: Hashable {
        package let sale: UInt128
        /// From 1.
        package let line: Int64

        package init(sale: UInt128, line: Int64) {
            self.sale = sale
            self.line = line
        }
    }

    package struct Returned: Equatable {
        package internal(set) var quantity: Int64 = 0
        package internal(set) var net: Int64 = 0
    }

    /// A coupon as it was issued.
    struct Coupon {
        let member: UInt128?
        let definition: String
        let revision: Int64
    }

    struct Declared {
        let position: UInt64
        let body: ProgrammeBody
    }

    struct Sold {
        let body: SaleBody
        let node: NodeID
        let position: UInt64
        var isReleased = false
        var refunds: [RefundBody] = []
    }

    /// An operation of which the hub has said something else than the specification.
    package struct Misjudged: Equatable {
        package let dot: Dot
        package let kind: String
        package let expected: String
        package let given: String
    }

    package internal(set) var lots: [UInt128: Lot] = [:]
    /// What members owe; nobody who owes nothing.
    package internal(set) var owed: [Wallet: Int64] = [:]
    /// What branches bear: by node, what was lost, and its code.
    package internal(set) var charged: [String: Int64] = [:]
    /// How often each coupon that was issued may be used.
    package internal(set) var uses: [UInt128: Int64] = [:]
    package internal(set) var redemptions: [UInt128: [Redemption]] = [:]
    package internal(set) var returned: [SaleLine: Returned] = [:]
    package private(set) var misjudged: [Misjudged] = []
    /// What the hub ought to have said, by dot, of operations on the ledger.
    package private(set) var verdicts: [Dot: String] = [:]
    /// What there should be in each kind of lots of a wallet, kept as one running sum of everything that came and went.
    package internal(set) var control: [[String]: Int64] = [:]
    var sold: [UInt128: Sold] = [:]
    /// The same sale recorded by another node, once more; by the sale, then by the node.
    var soldAgain: [UInt128: [NodeID: Sold]] = [:]
    var coupons: [UInt128: Coupon] = [:]
    var voided: Set<UInt128> = []
    /// In the order of the log.
    var declared: [Declared] = []
    /// Which operations, other than headquarters' own bookings, have made somebody owe.
    var debtMakers: [Wallet: [Dot]] = [:]
    var usedIDs: Set<UInt128> = []
    /// Write-offs that the actors whom they concern have not answered, by actor.
    var unanswered: [UInt128: Set<UInt128>] = [:]

    package init() {}

    /// - Parameter node: the author's.
    package mutating func take(_ entry: LogEntry, by node: NodeID) {
        let operation = entry.operation
        let author: UInt128 = node == .hub ? 0 : operation.dot.actor.value
        var expected: String?
        do {
            expected = try judge(operation, by: author, of: node, at: entry.stamp.hubSequence)
        } catch {
            expected = "flagged:malformed"
        }
        guard let expected else { return }
        verdicts[operation.dot] = expected
        let given = spelled(entry.stamp.verdict)
        // Only the hub knows its clock, and that is said only where there is nothing else to say.
        if expected == "ok" && given == "flagged:clock_ahead" { return verdicts[operation.dot] = given }
        if expected == given { return }
        misjudged.append(
            Misjudged(dot: operation.dot, kind: operation.kind.rawValue, expected: expected, given: given))
    }

    /// The verdict; nil for kinds that are not the ledger's.
    private mutating func judge(
        _ operation: Operation, by author: UInt128, of node: NodeID, at position: UInt64
    ) throws -> String? {
        let kind = operation.kind.rawValue
        let isByHub = node == .hub
        // "Audience", as each kind has it.
        switch kind {
        case "sale", "topup", "refund", "release", "booking":
            if operation.audience != .hub { return "flagged:audience" }
        case "transfer":
            guard isByHub == (operation.audience != .hub) else { return "flagged:audience" }
            if isByHub {
                guard case .nodes(let nodes) = operation.audience, nodes.count == 1 else { return "flagged:audience" }
            }
        case "coupon": if !isByHub { return "flagged:audience" }
        case "coupon_void", "coupon_spent", "programme":
            if operation.audience != .chain { return "flagged:audience" }
        default: return nil
        }
        let (body, actor) = (operation.publicBody, operation.dot.actor.value)
        switch kind {
        case "sale":
            return sell(
                try SaleBody(body), as: operation.dot, by: author, of: node, at: position, knowing: operation.observed)
        case "topup": return topUp(try TopUpBody(body), by: author, actor: actor)
        case "refund": return refund(try RefundBody(body), as: operation.dot, by: author, of: node)
        case "release":
            var reader = BodyReader(body)
            let sale = try reader.id()
            try reader.end()
            return release(sale, of: node)
        case "booking": return book(try BookingBody(body), isByHub: isByHub)
        case "transfer":
            var named: NodeID?
            if case .nodes(let nodes) = operation.audience { named = nodes.first }
            return transfer(try TransferBody(body), by: author, of: node, about: named)
        case "coupon": return issue(try CouponBody(body))
        case "coupon_void":
            var reader = BodyReader(body)
            _ = try (reader.text(), reader.text())
            let coupons = try reader.rest(atMost: 500) { try $0.id() }
            if isByHub { voided.formUnion(coupons) }
            return isByHub ? "ok" : "flagged:authority"
        case "programme":
            let body = try ProgrammeBody(body)
            guard isByHub else { return "flagged:authority" }
            declared.append(Declared(position: position, body: body))
            return "ok"
        default:
            var reader = BodyReader(body)
            _ = try reader.list(atMost: 500) { try $0.id() }
            try reader.end()
            return isByHub ? "ok" : "flagged:authority"
        }
    }

    private func spelled(_ verdict: Verdict) -> String {
        switch verdict {
        case .ok: "ok"
        case .flagged(let reason): "flagged:\(reason.rawValue)"
        case .void(let reason): "void:\(reason.rawValue)"
        }
    }
}
