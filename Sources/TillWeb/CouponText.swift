import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication

/// What a coupon is shown as: its code in letters or in digits, its sealed form, or the id that we told.
enum CouponText: Equatable {
    case id(RecordID)
    case code(CouponCode)
    case digits(NumericCouponCode)
    case sealed(String)

    init(_ text: String, at field: String) throws(Problem) {
        let trimmed = Self.trimmed(text)
        if trimmed.utf8.starts(with: "BL1:".utf8) {
            self = .sealed(trimmed)
        } else if let id = RecordID(hexadecimal: trimmed) {
            self = .id(id)
        } else {
            do throws(CouponCodeFault) { self = try Self.typed(trimmed) } catch {
                throw Problem(.couponMistyped, error.sentence, field: field)
            }
        }
    }

    private static func typed(_ text: String) throws(CouponCodeFault) -> CouponText {
        if let digits = try? NumericCouponCode(text) { return .digits(digits) }
        return .code(try CouponCode(text))
    }

    /// Scanners add an end of line.
    private static func trimmed(_ text: String) -> String {
        let isBlank = { (character: Character) in character.isWhitespace }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}

/// A coupon that somebody shows, as far as this branch can find it.
struct ShownCoupon: Equatable, Sendable {
    let id: RecordID
    /// What its seal says, where it was shown, or what headquarters has just told of it.
    let token: CouponToken?
    /// The branch with the right to it, as headquarters has told.
    var heldAt: String?
}

extension TillDesk {
    func coupons(_ texts: [String], at field: String) async throws(Problem) -> [ShownCoupon] {
        var shown: [ShownCoupon] = []
        for (index, text) in texts.enumerated() { shown.append(try await coupon(text, at: "\(field)[\(index)]")) }
        return shown
    }

    func coupon(_ text: String, at field: String) async throws(Problem) -> ShownCoupon {
        switch try CouponText(text, at: field) {
        case .id(let id): return ShownCoupon(id: id, token: nil)
        case .sealed(let text):
            let token = try await opened(text, at: field)
            return ShownCoupon(id: token.coupon.id, token: token)
        case .code(let code):
            if let known = try await read({ try $0.coupon(code: code.letters) }) {
                return ShownCoupon(id: known.id, token: nil)
            }
            return try await told(of: code, at: field)
        case .digits(let code): return try found(try await read { try $0.coupon(code) }?.id, at: field)
        }
    }

    private func told(of code: CouponCode, at field: String) async throws(Problem) -> ShownCoupon {
        guard let told = try await told(of: code) else { throw Problem(.couponUnknown, field: field) }
        let id = told.token.coupon.id
        guard !told.isVoid else { throw Problem(.couponVoid, field: field, more: ["coupon": .text(id.hexadecimal)]) }
        guard !told.isUsedUp else { throw Problem(.couponUsed, field: field, more: ["coupon": .text(id.hexadecimal)]) }
        return ShownCoupon(id: id, token: told.token, heldAt: told.heldAt)
    }

    private func found(_ id: RecordID?, at field: String) throws(Problem) -> ShownCoupon {
        guard let id else { throw Problem(.couponUnknown, field: field) }
        return ShownCoupon(id: id, token: nil)
    }

    private func opened(_ text: String, at field: String) async throws(Problem) -> CouponToken {
        guard let key = try await read({ try $0.sealKey() }) else {
            throw Problem(.couponUnknown, TillNote.sealUnknown.sentence, field: field)
        }
        do throws(CouponTokenFault) { return try CouponToken.open(text, under: key) } catch {
            throw Problem(error.problem, error.sentence, field: field)
        }
    }
}
