internal import Digests
internal import LineCodec
package import Replication

/// What a lot is worth to whom; books and rules go by it.
package enum LotKind: String, CaseIterable, Sendable {
    case points
    /// Counts towards a tier and is never spent.
    case growth
    /// Stored value that was paid for.
    case principal
    /// Stored value that the shop added.
    case bonus
    /// One right for each time that the coupon may be used.
    case coupon

    package var isMoney: Bool {
        switch self {
        case .principal, .bonus: true
        case .points, .growth, .coupon: false
        }
    }
}

/// What is fixed about a lot when it is made: a credit of one wallet with one expiry.
package struct LotTerms: Equatable, Sendable {
    package let id: RecordID
    /// Nil for a bearer's coupon.
    package let member: RecordID?
    package let kind: LotKind
    /// The wallet type's code, or the coupon definition's.
    package let wallet: String
    /// The branch that made it, for the settlement between branches.
    package let issuer: NodeID
    package let openedOn: CivilDate
    /// The first day on which it may be spent; nil for at once.
    package let availableOn: CivilDate?
    /// The last day on which it may be spent; nil for never.
    package let expiresOn: CivilDate?

    package init(
        id: RecordID, member: RecordID?, kind: LotKind, wallet: String, issuer: NodeID, openedOn: CivilDate,
        availableOn: CivilDate?, expiresOn: CivilDate?
    ) {
        self.id = id
        self.member = member
        self.kind = kind
        self.wallet = wallet
        self.issuer = issuer
        self.openedOn = openedOn
        self.availableOn = availableOn
        self.expiresOn = expiresOn
    }

    package static let walletCharactersMax = 32

    /// Both ends of the time are inclusive.
    package func isSpendable(on date: CivilDate) -> Bool {
        kind != .growth && availableOn.map { $0 <= date } ?? true && !isExpired(on: date)
    }

    package func isExpired(on date: CivilDate) -> Bool { expiresOn.map { $0 < date } ?? false }

    /// A lot that expires before it can be spent is somebody's bad luck, and may be handed on like any other.
    var isWellFormed: Bool { (1...Self.walletCharactersMax).contains(wallet.unicodeScalars.count) }
}

extension LotTerms {
    /// The lot that an operation of an actor makes under one wallet. The actor is part of it: where one sale is
    /// recorded at two branches, each may spend only what it has made itself.
    package static func id(madeBy actor: ActorID, for business: RecordID, wallet: String, kind: LotKind) -> RecordID {
        .derived("lot", actor.value, business.value, "\(wallet):\(kind.rawValue)")
    }
}

extension RecordID {
    /// The same for everybody who means the same.
    package static func derived(_ purpose: String, _ first: UInt128, _ second: UInt128, _ detail: String) -> RecordID {
        RecordID(IntentID.make(Array(purpose.utf8), bytes(first), bytes(second), Array(detail.utf8)))
    }

    private static func bytes(_ value: UInt128) -> [UInt8] {
        (0..<16).reversed().map { UInt8(truncatingIfNeeded: value >> UInt128($0 * 8)) }
    }
}

extension LineWriter {
    mutating func terms(_ terms: LotTerms) {
        identifier(terms.id.value)
        optional(terms.member?.value) { $0.identifier($1) }
        text(terms.kind.rawValue)
        text(terms.wallet)
        integer(terms.issuer.value)
        text(terms.openedOn.text)
        optional(terms.availableOn?.text) { $0.text($1) }
        optional(terms.expiresOn?.text) { $0.text($1) }
    }

    mutating func list<Element>(_ elements: [Element], _ write: (inout LineWriter, Element) -> Void) {
        integer(UInt32(truncatingIfNeeded: elements.count))
        for element in elements { write(&self, element) }
    }
}

extension LineReader {
    mutating func terms() throws(LineError) -> LotTerms {
        LotTerms(
            id: RecordID(try identifier()), member: try optionalRecord(), kind: try code(LotKind.self),
            wallet: try text(), issuer: NodeID(try integer()), openedOn: try date(), availableOn: try optionalDate(),
            expiresOn: try optionalDate())
    }

    mutating func date() throws(LineError) -> CivilDate {
        guard let date = CivilDate(try text()) else { throw .notCanonical }
        return date
    }

    mutating func optionalDate() throws(LineError) -> CivilDate? {
        try optional { reader throws(LineError) in try reader.date() }
    }

    mutating func record() throws(LineError) -> RecordID { RecordID(try identifier()) }

    mutating func optionalRecord() throws(LineError) -> RecordID? {
        try optional { reader throws(LineError) in try reader.record() }
    }

    mutating func optionalText() throws(LineError) -> String? {
        try optional { reader throws(LineError) in try reader.text() }
    }

    mutating func code<Code: RawRepresentable>(
        _ type: Code.Type
    ) throws(LineError) -> Code where Code.RawValue == String {
        let code = try text()
        guard let known = Code(rawValue: code) else { throw .unknownCode(LineError.excerpt(code)) }
        return known
    }

    mutating func list<Element>(
        atMost limit: Int, _ read: (inout LineReader) throws(LineError) -> Element
    ) throws(LineError) -> [Element] {
        let count = try integer(UInt32.self)
        guard count <= limit else { throw .tooMany(limit: limit) }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }
}
