import Hummingbird
import Localization
import NIOCore

/// What a till is answered, before it is spelled.
struct Reply: Equatable {
    let status: HTTPResponse.Status
    let body: JSON
    let location: String?

    init(_ status: HTTPResponse.Status, _ body: JSON, location: String? = nil) {
        self.status = status
        self.body = body
        self.location = location
    }

    func response(in language: Language) -> Response {
        var response = Response.json(status, "application/json", body, language)
        if let location { response.headers[.location] = location }
        return response
    }
}

extension Problem {
    static let retrySeconds = 1

    func response(in language: Language, allowing methods: [String] = []) -> Response {
        var response = Response.json(code.status, "application/problem+json", json(in: language), language)
        guard case .door(let problem) = code else { return response }
        switch problem {
        case .unauthorized: response.headers[.wwwAuthenticate] = "Bearer"
        case .methodNotAllowed: response.headers[.allow] = methods.joined(separator: ", ")
        case .unavailable: response.headers[.retryAfter] = String(Self.retrySeconds)
        case .notFound, .invalidPhone, .invalidValue, .stale, .duplicateSale, .invalidSale, .bodyTooLarge, .diskFull,
            .notJSON, .missingField, .unknownField, .phoneKnown:
            break
        }
        return response
    }
}

extension Response {
    /// Nothing of it may be kept on the way: it holds members' data.
    fileprivate static func json(
        _ status: HTTPResponse.Status, _ type: String, _ body: JSON, _ language: Language
    ) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: type, .contentLanguage: language.rawValue, .vary: "Accept-Language",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes)))
    }
}
