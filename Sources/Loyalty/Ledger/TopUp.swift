package import LineCodec
package import Replication

/// A member loads money: one lot that was paid for, and one for the bonus where there is one. Both may be spent at
/// once where they were loaded.
package struct TopUp: Equatable, Sendable {
    package let id: RecordID
    package let member: RecordID
    package let wallet: String
    /// The plan's code and revision; empty where money was loaded without one.
    package let plan: String
    package let planRevision: UInt32
    package let till: String
    package let cashier: String
    package let occurredAtMilliseconds: UInt64
    package let businessDate: CivilDate
    package let principalMinor: Int64
    package let bonusMinor: Int64
    package let bonusExpiresOn: CivilDate?
    package let tender: Tender.Kind

    package init(
        id: RecordID, member: RecordID, wallet: String, plan: String, planRevision: UInt32, till: String,
        cashier: String, occurredAtMilliseconds: UInt64, businessDate: CivilDate, principalMinor: Int64,
        bonusMinor: Int64, bonusExpiresOn: CivilDate?, tender: Tender.Kind
    ) {
        self.id = id
        self.member = member
        self.wallet = wallet
        self.plan = plan
        self.planRevision = planRevision
        self.till = till
        self.cashier = cashier
        self.occurredAtMilliseconds = occurredAtMilliseconds
        self.businessDate = businessDate
        self.principalMinor = principalMinor
        self.bonusMinor = bonusMinor
        self.bonusExpiresOn = bonusExpiresOn
        self.tender = tender
    }

    package static let kind = OperationKind(rawValue: "topup")

    package func publicBody() -> [UInt8] {
        var writer = LineWriter(reserving: 192)
        writer.identifier(id.value)
        writer.identifier(member.value)
        writer.text(wallet)
        writer.text(plan)
        writer.integer(planRevision)
        writer.text(till)
        writer.text(cashier)
        writer.integer(occurredAtMilliseconds)
        writer.text(businessDate.text)
        writer.integer(principalMinor)
        writer.integer(bonusMinor)
        writer.optional(bonusExpiresOn?.text) { $0.text($1) }
        writer.text(tender.rawValue)
        return writer.bytes
    }

    package init(publicBody: [UInt8]) throws(LineError) {
        var reader = LineReader(publicBody)
        id = try reader.record()
        member = try reader.record()
        wallet = try reader.text()
        plan = try reader.text()
        planRevision = try reader.integer()
        till = try reader.text()
        cashier = try reader.text()
        occurredAtMilliseconds = try reader.integer()
        businessDate = try reader.date()
        principalMinor = try reader.integer()
        bonusMinor = try reader.integer()
        bonusExpiresOn = try reader.optionalDate()
        tender = try reader.code(Tender.Kind.self)
        try reader.end()
    }

    package var isWellFormed: Bool {
        (1...Sale.amountMinorMax).contains(principalMinor) && Settlement.isAmount(bonusMinor)
            && occurredAtMilliseconds <= HybridTime.millisecondsMax
            && (1...LotTerms.walletCharactersMax).contains(wallet.unicodeScalars.count)
            && (bonusExpiresOn.map { $0 >= businessDate } ?? true)
            && [plan, till, cashier].allSatisfy { $0.unicodeScalars.count <= Sale.textCharactersMax }
            && tender != .points && tender != .storedValue
    }
}
