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
        let time = try desk.time(reported.occurredAtMilliseconds)
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
            throw Problem(.duplicateSale, more: ["sale": known.json(desk)])
        }
        return try await reply(.ok, known)
    }

    private func sale(_ reported: ReportedSale, at milliseconds: UInt64) throws(Problem) -> Sale {
        let sale = reported.sale(till: till, occurredAtMilliseconds: milliseconds, calendar: desk.calendar)
        guard let sale else { throw Problem(.notATime("occurred_at")) }
        return sale
    }

    private func reply(_ status: HTTPResponse.Status, _ sale: Sale) async throws(Problem) -> Reply {
        let isKnown = try await desk.isMemberKnown(sale.member)
        let warnings: [TillWarning] = isKnown ? [] : [.unknownMember]
        let extra = JSON.Member(name: "warnings", value: .list(warnings.map { $0.json(in: language) }))
        return Reply(status, .object(sale.members(desk) + [extra]))
    }
}
