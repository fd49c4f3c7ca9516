import Hummingbird
import Localization
import Loyalty
import ReplicaStore
import Replication

/// Sales, for one till's one request.
struct SaleDesk {
    let desk: TillDesk
    let till: String
    let language: Language

    func record(_ body: JSON) async throws(Problem) -> Reply {
        let reported: ReportedSale
        do throws(RequestFault) { reported = try ReportedSale(body, calendar: desk.calendar) } catch {
            throw Problem(error)
        }
        let now = desk.nowMilliseconds()
        let time = reported.occurredAtMilliseconds ?? now
        guard time <= now + TillLimits.clockAheadMillisecondsMax else { throw Problem(.timeAhead("occurred_at")) }
        let sale = try sale(reported, at: time)
        switch try await desk.record(sale) {
        case .recorded: return try await reply(.created, sale)
        case .repeated: return try await reply(.ok, sale)
        case .different: return try await repeated(reported)
        case .refused(let fault): throw Problem(fault)
        }
    }

    /// A till that leaves the time to us cannot repeat it; the sale that is there lends it its own.
    private func repeated(_ reported: ReportedSale) async throws(Problem) -> Reply {
        let id = reported.id
        guard let known = try await desk.read({ try $0.sale(id) }) else { throw Problem(.duplicateSale) }
        let time = reported.occurredAtMilliseconds ?? known.occurredAtMilliseconds
        guard try sale(reported, at: time) == known else {
            throw Problem(.duplicateSale, more: ["sale": json(known)])
        }
        return try await reply(.ok, known)
    }

    private func sale(_ reported: ReportedSale, at milliseconds: UInt64) throws(Problem) -> Sale {
        let sale = reported.sale(till: till, occurredAtMilliseconds: milliseconds, calendar: desk.calendar)
        guard let sale else { throw Problem(.notATime("occurred_at")) }
        return sale
    }

    private func reply(_ status: HTTPResponse.Status, _ sale: Sale) async throws(Problem) -> Reply {
        let isKnown = try await isMemberKnown(sale.member)
        let warnings: [TillWarning] = isKnown ? [] : [.unknownMember]
        let extra = JSON.Member(name: "warnings", value: .list(warnings.map { $0.json(in: language) }))
        guard case .object(let members) = json(sale) else { return Reply(status, json(sale)) }
        return Reply(status, .object(members + [extra]))
    }

    private func isMemberKnown(_ member: RecordID?) async throws(Problem) -> Bool {
        guard let member else { return true }
        return try await desk.read { try $0.member(member) }.map { !$0.isDeleted } ?? false
    }

    private func json(_ sale: Sale) -> JSON {
        [
            "id": .text(sale.id.hexadecimal), "member": .optional(sale.member) { .text($0.hexadecimal) },
            "till": .text(sale.till), "reference": .text(sale.reference),
            "occurred_at": .text(desk.calendar.text(ofMilliseconds: sale.occurredAtMilliseconds)),
            "business_date": .text(sale.businessDate.text), "lines": .integer(sale.lines.count),
            "total_minor": .integer(sale.netMinor), "currency": .text(desk.identity.currency),
            "points": .integer(sale.points), "rule_revision": .integer(sale.ruleRevision),
        ]
    }
}
