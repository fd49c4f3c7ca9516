package import Loyalty
package import Replication

/// Coupons as they were issued. The right to use one is in the ledger, under the coupon's own id.
struct CouponTable {
    let transaction: WriteTransaction

    private var statements: HotStatements { transaction.statements }

    func read(_ id: RecordID) throws -> KnownCoupon? {
        try statements.first(.couponByID, .identifier(id.value), read: KnownCoupon.init)
    }

    func insert(_ issue: CouponIssue, at position: Int64) throws {
        for coupon in issue.coupons {
            try statements[.insertCoupon].run(
                .identifier(coupon.id.value), .text(issue.definitionCode), .integer(Int64(issue.definitionRevision)),
                .optional(coupon.member?.value, SQLValue.identifier), .text(coupon.code.letters),
                .text(issue.validFrom.text), .text(issue.validTo.text), .integer(Int64(issue.uses)),
                .integer(Int64(coupon.homeNode.value)), .integer(position))
        }
    }

    /// A branch may hold the right to a coupon of whose issue it was never told: that, too, must not be used any more.
    func void(_ coupons: [RecordID], at position: Int64) throws {
        for coupon in coupons {
            if try read(coupon) == nil,
                let terms = try LedgerTable(transaction: transaction, view: nil).read(coupon)?.terms,
                terms.kind == .coupon
            {
                try insertUnheardOf(terms, at: position)
            }
            try statements[.voidCoupon].run(.identifier(coupon.value))
        }
    }

    private func insertUnheardOf(_ terms: LotTerms, at position: Int64) throws {
        try statements[.insertCoupon].run(
            .identifier(terms.id.value), .text(terms.wallet), .integer(0),
            .optional(terms.member?.value, SQLValue.identifier), .text(""),
            .text((terms.availableOn ?? terms.openedOn).text), .text((terms.expiresOn ?? terms.openedOn).text),
            .integer(1), .integer(0), .integer(position))
    }

    func close(_ coupons: [RecordID]) throws {
        for coupon in coupons { try statements[.closeCoupon].run(.identifier(coupon.value)) }
    }
}

/// A coupon that this replica has heard of.
package struct KnownCoupon: Equatable, Sendable {
    package let id: RecordID
    package let definition: String
    package let definitionRevision: UInt32
    package let member: RecordID?
    package let code: String
    package let validFrom: CivilDate
    package let validTo: CivilDate
    package let uses: UInt32
    package let home: NodeID
    package let isVoid: Bool
    /// Used up somewhere, as the hub has told.
    package let isClosed: Bool

    static let select = """
        SELECT id, definition, definition_revision, member, code, valid_from, valid_to, uses, home, is_void, is_closed
        FROM coupon
        """

    init(_ row: SQLStatement) throws {
        guard let validFrom = CivilDate(row.text(5)), let validTo = CivilDate(row.text(6)) else {
            throw StoreError.damaged("a coupon's dates")
        }
        id = RecordID(row.identifier(0))
        definition = row.text(1)
        definitionRevision = UInt32(truncatingIfNeeded: row.integer(2))
        member = row.isNull(3) ? nil : RecordID(row.identifier(3))
        code = row.text(4)
        self.validFrom = validFrom
        self.validTo = validTo
        uses = UInt32(truncatingIfNeeded: row.integer(7))
        home = NodeID(UInt32(truncatingIfNeeded: row.integer(8)))
        isVoid = row.integer(9) != 0
        isClosed = row.integer(10) != 0
    }

    /// As its sealed form says, where this replica has not heard of it.
    package init(_ token: CouponToken) {
        id = token.coupon.id
        definition = token.definitionCode
        definitionRevision = token.definitionRevision
        member = token.coupon.member
        code = token.coupon.code.letters
        validFrom = token.validFrom
        validTo = token.validTo
        uses = token.uses
        home = token.coupon.homeNode
        isVoid = false
        isClosed = false
    }

    /// As far as a right tells: one use, under the terms in force when it began to be valid.
    package init(_ terms: LotTerms, _ definition: InForce<CouponDefinition>) {
        id = terms.id
        self.definition = definition.code
        definitionRevision = definition.revision
        member = terms.member
        code = ""
        validFrom = terms.availableOn ?? terms.openedOn
        validTo = terms.expiresOn ?? terms.openedOn
        uses = UInt32(clamping: definition.rule.uses)
        home = .hub
        isVoid = false
        isClosed = false
    }
}
