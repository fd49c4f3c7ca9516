import Localization
import Loyalty

/// What sales, refunds and top-ups have in common.
extension RequestFields {
    /// RFC 3339, or milliseconds since 1970; nil where it is left out.
    mutating func time(_ name: String, _ calendar: ChainCalendar) throws(RequestFault) -> UInt64? {
        switch given(name) {
        case nil: return nil
        case .number(let digits):
            guard let time = UInt64(digits) else { throw .notATime(path(name)) }
            return time
        case .text(let text):
            guard let time = calendar.milliseconds(of: text) else { throw .notATime(path(name)) }
            return time
        case .null, .bool, .list, .object: throw .notATime(path(name))
        }
    }

    /// In thousandths, from `quantity` or from `quantity_milli`.
    mutating func quantityMilli() throws(RequestFault) -> Int64 {
        guard let quantity = try optionalQuantityMilli() else { throw .missing(path("quantity")) }
        return quantity
    }

    mutating func optionalQuantityMilli() throws(RequestFault) -> Int64? {
        let text = try optionalText("quantity")
        let thousandths = try optionalInteger("quantity_milli")
        switch (text, thousandths) {
        case (let text?, nil):
            guard let quantity = Quantity.thousandths(text) else { throw .notAQuantity(path("quantity")) }
            return quantity
        case (nil, let quantity): return quantity
        case (.some, .some): throw .oneOf([path("quantity"), path("quantity_milli")])
        }
    }

    /// - Parameter least: what is below is refused, as is what is beyond every amount of a sale.
    mutating func amount(_ name: String, least: Int64) throws(RequestFault) -> Int64 {
        guard let amount = try optionalAmount(name, least: least) else { throw .missing(path(name)) }
        return amount
    }

    mutating func optionalAmount(_ name: String, least: Int64) throws(RequestFault) -> Int64? {
        guard let amount = try optionalInteger(name) else { return nil }
        guard (least...Sale.amountMinorMax).contains(amount) else {
            throw .outOfRange(path(name), least: least, most: Sale.amountMinorMax)
        }
        return amount
    }

    /// A number of the wallet's own units, or `"max"`; nothing is nothing.
    mutating func wish(_ name: String) throws(RequestFault) -> Wish {
        switch given(name) {
        case nil: return .none
        case .text("max"): return .asManyAsAllowed
        case .number(let digits)?:
            guard let amount = Int64(digits) else { throw .notAmountOrMax(path(name)) }
            guard (0...Sale.amountMinorMax).contains(amount) else {
                throw .outOfRange(path(name), least: 0, most: Sale.amountMinorMax)
            }
            return amount == 0 ? .none : .exactly(amount)
        case .text, .null, .bool, .list, .object: throw .notAmountOrMax(path(name))
        }
    }

    mutating func shortText(_ name: String, limit: Int = Sale.textCharactersMax) throws(RequestFault) -> String {
        let text = try optionalText(name) ?? ""
        guard text.unicodeScalars.count <= limit else { throw .textTooLong(path(name), limit: limit) }
        return text
    }

    /// Money in some form: what members have with us is asked for by names of its own.
    mutating func moneyKind(_ name: String) throws(RequestFault) -> Tender.Kind? {
        guard let text = try optionalText(name) else { return nil }
        guard let kind = Tender.Kind(rawValue: text), Self.money.contains(kind) else {
            throw .notOneOf(path(name), Self.money.map(\.rawValue))
        }
        return kind
    }

    static let money: [Tender.Kind] = [.cash, .card, .wechat, .alipay, .voucher, .other]
}
