import Hummingbird
import Localization

/// Everything that can be asked, and where.
enum Route: CaseIterable, Equatable, Sendable {
    case health, description, status, createMember, findMembers, showMember, editMember, recordSale
    case quote, hold, release, refund, wallets, lots, ledger, coupons, topUp, validate
    case validateCoupon, redeem, rollBack

    var method: HTTPRequest.Method {
        switch self {
        case .health, .description, .status, .findMembers, .showMember, .wallets, .lots, .ledger, .coupons: .get
        case .createMember, .recordSale, .quote, .hold, .refund, .topUp, .validate, .validateCoupon, .redeem, .rollBack:
            .post
        case .editMember: .patch
        case .release: .delete
        }
    }

    /// As OpenAPI spells it.
    var path: String {
        switch self {
        case .health: "/healthz"
        case .description: "/openapi.json"
        case .status: "/v1/status"
        case .createMember, .findMembers: "/v1/members"
        case .showMember, .editMember: "/v1/members/{id}"
        case .recordSale: "/v1/sales"
        case .quote: "/v1/quotes"
        case .hold: "/v1/holds"
        case .release: "/v1/holds/{id}"
        case .refund: "/v1/sales/{id}/refunds"
        case .wallets: "/v1/members/{id}/wallets"
        case .lots: "/v1/members/{id}/lots"
        case .ledger: "/v1/members/{id}/ledger"
        case .coupons: "/v1/members/{id}/coupons"
        case .topUp: "/v1/members/{id}/top-ups"
        case .validate: "/v1/coupons:validate"
        case .validateCoupon: "/v1/coupons/{code}/validate"
        case .redeem: "/v1/coupons/{code}/redeem"
        case .rollBack: "/v1/coupons/{code}/rollback"
        }
    }

    /// Without a token.
    var isOpen: Bool {
        switch self {
        case .health, .description: true
        case .status, .createMember, .findMembers, .showMember, .editMember, .recordSale, .quote, .hold, .release,
            .refund, .wallets, .lots, .ledger, .coupons, .topUp, .validate, .validateCoupon, .redeem,
            .rollBack:
            false
        }
    }

    /// - Returns: the route, and what stands in the place of `{id}` or `{code}`.
    static func find(_ method: HTTPRequest.Method, _ path: String) throws(RequestFault) -> (Route, id: String) {
        let wanted: HTTPRequest.Method = method == .head ? .get : method
        let here = allCases.compactMap { route in route.match(path).map { (route, $0) } }
        guard !here.isEmpty else { throw .nowhere }
        guard let found = here.first(where: { $0.0.method == wanted }) else {
            throw .method(allowed: here.map(\.0.method.rawValue))
        }
        return found
    }

    private func match(_ other: String) -> String? {
        let parts = path.split(separator: "/")
        let others = other.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard parts.count == others.count else { return nil }
        var id: Substring = ""
        for (part, other) in zip(parts, others) {
            if part.hasPrefix("{") { id = other } else if part != other { return nil }
        }
        return String(id)
    }
}
