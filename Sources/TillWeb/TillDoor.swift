import Hummingbird
import LineCodec
import Localization
import Logging
import NIOCore
import ReplicaStore

/// Lets a request in, has it answered, and spells what went wrong.
struct TillDoor: HTTPResponder {
    typealias Context = BasicRequestContext

    let desk: TillDesk

    func respond(to request: Request, context: Context) async throws -> Response {
        let language = Language(preference: request.headers[.acceptLanguage])
        let response = try await answered(request, language)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answered(_ request: Request, _ language: Language) async throws -> Response {
        let (route, id): (Route, String)
        do throws(RequestFault) { (route, id) = try Route.find(request.method, request.uri.path) } catch {
            return refusal(error, language)
        }
        do {
            let response = try await answer(route, id, request, language)
            desk.logger.debug("answered", metadata: ["route": "\(route)", "status": "\(response.status.code)"])
            return response
        } catch let problem as Problem {
            desk.logger.debug("refused", metadata: ["route": "\(route)", "code": "\(problem.code.rawValue)"])
            return problem.response(in: language)
        }
    }

    private func refusal(_ fault: RequestFault, _ language: Language) -> Response {
        guard case .method(let allowed) = fault else { return Problem(fault).response(in: language) }
        return Problem(fault).response(in: language, allowing: allowed)
    }

    private func answer(_ route: Route, _ id: String, _ request: Request, _ language: Language) async throws -> Response
    {
        let till = route.isOpen ? "" : try await admitted(request)
        let members = MemberDesk(desk: desk, till: till, language: language)
        let checkouts = CheckoutDesk(desk: desk, till: till, language: language)
        let wallets = WalletDesk(desk: desk, language: language)
        let coupons = CouponDesk(desk: desk, till: till, language: language)
        let reply: Reply
        switch route {
        case .health: reply = Reply(.ok, ["status": "ok"])
        case .description: return TillDescription.response
        case .status: reply = Reply(.ok, try await desk.status().json(desk.calendar, in: language))
        case .createMember: reply = try await members.create(try await body(of: request))
        case .findMembers: reply = try await members.find(Self.query(of: request))
        case .showMember: reply = try await members.show(id)
        case .editMember: reply = try await members.edit(id, try await body(of: request))
        case .recordSale: reply = try await sell(try await body(of: request), checkouts)
        case .quote: reply = try await checkouts.quote(try await body(of: request))
        case .hold: reply = try await checkouts.hold(try await body(of: request))
        case .release: reply = try await checkouts.release(id)
        case .refund:
            reply = try await RefundDesk(desk: desk, till: till, language: language)
                .refund(id, try await body(of: request))
        case .wallets: reply = try await wallets.wallets(id)
        case .lots: reply = try await wallets.lots(id)
        case .ledger: reply = try await wallets.ledger(id, Self.query(of: request))
        case .coupons: reply = try await coupons.coupons(of: id)
        case .topUp:
            reply = try await TopUpDesk(desk: desk, till: till, language: language)
                .load(id, try await body(of: request))
        case .validate: reply = try await coupons.validate(try await body(of: request))
        case .validateCoupon:
            reply = try await coupons.validate(try await body(of: request), coupon: try Self.coupon(id))
        case .redeem:
            reply = try await RedemptionDesk(desk: desk, till: till, language: language)
                .redeem(try Self.coupon(id), try await body(of: request))
        case .rollBack:
            reply = try await RedemptionDesk(desk: desk, till: till, language: language)
                .rollBack(try Self.coupon(id), try await body(of: request))
        }
        return reply.response(in: language)
    }

    private static func coupon(_ text: String) throws(Problem) -> String {
        guard let coupon = PathText.decoded(text) else { throw Problem(.couponMistyped, field: "coupon") }
        return coupon
    }

    private static func query(of request: Request) -> [(name: String, value: String)] {
        request.uri.queryParameters.map { (String($0.key), String($0.value)) }
    }

    /// Priced here with all that is used for it, or merely reported by a till that prices by itself.
    private func sell(_ body: JSON, _ checkouts: CheckoutDesk) async throws(Problem) -> Reply {
        guard !NewCheckout.isOne(body) else { return try await checkouts.sell(body) }
        return try await SaleDesk(desk: desk, till: checkouts.till, language: checkouts.language).record(body)
    }

    /// The name of the till whose token it is.
    private func admitted(_ request: Request) async throws(Problem) -> String {
        let words = (request.headers[.authorization] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", let token = Hexadecimal.bytes(String(words[1])),
            let till = try await desk.read({ try $0.till(withToken: token) })
        else { throw Problem(.unauthorized) }
        return till
    }

    private func body(of request: Request) async throws -> JSON {
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: TillLimits.bodyBytesMax) } catch is NIOTooManyBytesError {
            throw Problem(.bodyTooLarge(limitBytes: TillLimits.bodyBytesMax))
        }
        do throws(RequestFault) { return try JSONReader.read(Array(buffer.readableBytesView)) } catch {
            throw Problem(error)
        }
    }
}
