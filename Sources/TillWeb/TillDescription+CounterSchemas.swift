import Localization
import Loyalty

extension TillDescription {
    static let counterRequests = """
        "NewSale": {"oneOf": [{"$ref": "#/components/schemas/ReportedBasket"},
          {"$ref": "#/components/schemas/Checkout"}]},
        "Wish": {"type": ["integer", "string"], "description": "In the wallet's units, or max"},
        "Checkout": {"type": "object", "required": ["lines"], "additionalProperties": false,
          "description": "Priced here, with all that is used for it", "properties": {
          "id": {"$ref": "#/components/schemas/ID"}, "member": {"$ref": "#/components/schemas/ID"},
          "reference": {"type": "string", "maxLength": 64}, "cashier": {"type": "string", "maxLength": 64},
          "occurred_at": {"type": ["string", "integer"]},
          "lines": {"type": "array", "minItems": 1, "maxItems": 2000, "items": \(cartLine)},
          "coupons": {"type": "array", "maxItems": 16, "items": {"type": "string"},
            "description": "Codes as typed, square codes as scanned, or ids"},
          "points": {"$ref": "#/components/schemas/Wish"}, "stored_value": {"$ref": "#/components/schemas/Wish"},
          "tenders": {"type": "array", "maxItems": 30, "description": "How the rest is paid; cash, where left out",
            "items": {"type": "object", "required": ["kind", "amount_minor"], "additionalProperties": false,
            "properties": {"kind": {"type": "string", "enum": [\(money)]}, "amount_minor": {"type": "integer"},
              "reference": {"type": "string"}}}},
          "hold": {"$ref": "#/components/schemas/ID"}}},
        "NewRefund": {"type": "object", "required": ["id"], "additionalProperties": false, "properties": {
          "id": {"$ref": "#/components/schemas/ID"},
          "everything": {"type": "boolean", "description": "All that is left, in place of lines"},
          "lines": {"type": "array", "items": {"type": "object", "required": ["line"], "additionalProperties": false,
            "properties": {"line": {"type": "integer", "minimum": 1, "description": "As on the receipt, from 1"},
              "quantity": {"type": "string"}, "quantity_milli": {"type": "integer"},
              "amount_minor": {"type": "integer", "description": "The goods stay; so much is given back"}}}},
          "payout": {"type": "string", "enum": [\(money)], "description": "As it was paid, where left out"},
          "reason": {"type": "string", "maxLength": 256}, "cashier": {"type": "string", "maxLength": 64},
          "occurred_at": {"type": ["string", "integer"]}}},
        "NewTopUp": {"type": "object", "required": ["id"], "additionalProperties": false, "properties": {
          "id": {"$ref": "#/components/schemas/ID"},
          "plan": {"type": "string", "description": "A code of headquarters': pay so much, get so much more"},
          "amount_minor": {"type": "integer", "minimum": 1, "description": "Without a plan"},
          "tender": {"type": "string", "enum": [\(money)], "description": "cash, where left out"},
          "cashier": {"type": "string", "maxLength": 64}, "occurred_at": {"type": ["string", "integer"]}}},
        "ShownCoupon": {"type": "object", "required": ["coupon"], "additionalProperties": false, "properties": {
          "coupon": {"type": "string", "description": "A code as typed, a square code as scanned, or an id"},
          "member": {"$ref": "#/components/schemas/ID"}}},
        "Shower": {"type": "object", "additionalProperties": false, "properties": {
          "member": {"$ref": "#/components/schemas/ID"}}},
        "NewRedemption": {"type": "object", "required": ["id"], "additionalProperties": false,
          "description": "The bill as the till has priced it: its lines, or their sum", "properties": {
          "id": {"$ref": "#/components/schemas/ID"}, "member": {"$ref": "#/components/schemas/ID"},
          "cashier": {"type": "string", "maxLength": 64}, "occurred_at": {"type": ["string", "integer"]},
          "lines": {"type": "array", "minItems": 1, "maxItems": 2000, "items": \(cartLine)},
          "amount_minor": {"type": "integer", "minimum": 1,
            "description": "For coupons that ask for no product, in place of lines"},
          "hold": {"$ref": "#/components/schemas/ID"}}},
        "NewRollback": {"type": "object", "required": ["redemption"], "additionalProperties": false, "properties": {
          "redemption": {"$ref": "#/components/schemas/ID"}, "reason": {"type": "string", "maxLength": 256},
          "cashier": {"type": "string", "maxLength": 64}, "occurred_at": {"type": ["string", "integer"]}}}
        """

    private static let cartLine = """
        {"type": "object", "required": ["product"], "additionalProperties": false, "properties": {
            "product": {"type": "string", "maxLength": 64}, "quantity": {"type": "string"},
            "quantity_milli": {"type": "integer"},
            "unit_price_minor": {"type": "integer", "description": "Of one unit, before anything is taken off"},
            "gross_minor": {"type": "integer", "description": "Of the whole line, in place of the unit's price"},
            "restricted": {"type": "boolean", "description": "The law restricts promotion, such as of tobacco"}}}
        """

    static let counterAnswers = """
        "Refusal": {"type": ["object", "null"], "required": ["code", "detail"], "additionalProperties": false,
          "properties": {"code": {"type": "string", "enum": [\(codes)]}, "detail": {"type": "string"}}},
        "Holding": {"type": "object", "required": ["branch", "amount", "connected"], "additionalProperties": false,
          "properties": {"branch": {"type": "string"}, "amount": {"type": "integer"},
            "connected": {"type": "boolean"}}},
        "Tender": {"type": "object", "required": ["kind", "amount_minor", "reference"], "additionalProperties": false,
          "properties": {"kind": {"type": "string"}, "amount_minor": {"type": "integer"},
            "reference": {"type": "string"}}},
        "Settlement": \(object([
            "tenders": "\(list("Tender"))", "points_spent": integer, "points_earned": integer, "tier": nullableString,
            "cashier": string,
            "lines": items(object([
                "line": integer, "product": string, "quantity_milli": integer, "net_minor": integer,
                "discount_minor": integer, "coupon_minor": integer, "points_minor": integer,
                "stored_value_minor": integer, "points_earned": integer,
            ])),
            "coupons": items(object(["id": string, "definition": string, "discount_minor": integer, "mode": string])),
        ])),
        "Quote": \(object(quote)),
        "Hold": \(object(quote.merging(["id": string, "until": string]) { own, _ in own })),
        "Released": \(object(["id": string, "released": flag])),
        "QuotedWallet": \(object([
            "wallet": string, "amount": integer, "value_minor": integer, "usable_for_this_sale": integer,
            "usable_here": integer, "usable_elsewhere": integer, "total": integer, "note": string,
            "refusal": reference("Refusal"),
        ])),
        "Refund": \(object([
            "id": string, "sale": string, "member": nullableString, "till": string, "reason": string,
            "occurred_at": string,
            "business_date": string, "total_minor": integer, "currency": string, "tenders": list("Tender"),
            "points_back": integer, "points_taken": integer, "coupons_back": items(string), "repeated": flag,
            "debts": items(object(["wallet": string, "amount": integer])),
            "lines": items(object([
                "line": integer, "quantity_milli": integer, "amount_minor": integer, "points_minor": integer,
                "stored_value_minor": integer, "points_back": integer, "points_taken": integer,
            ])),
        ])),
        "TopUp": \(object([
            "id": string, "member": string, "wallet": string, "plan": nullableString, "paid_minor": integer,
            "bonus_minor": integer, "bonus_expires_on": nullableString, "currency": string, "tender": string,
            "till": string,
            "cashier": string, "occurred_at": string, "business_date": string, "usable_here_minor": integer,
            "repeated": flag,
        ])),
        "Wallets": \(object([
            "member": string, "as_of": nullableString, "warnings": list("Warning"), "branch": reference("Branch"),
            "wallets": items(object([
                "wallet": string, "kind": string, "total": integer, "usable_here": integer, "usable_elsewhere": integer,
                "pending": integer, "expiring": object(["amount": integer, "through": string]), "owed": integer,
                "held": list("Holding"), "note": string,
            ])),
        ])),
        "Lots": \(object([
            "member": string, "more": flag, "covers": string, "branch": reference("Branch"),
            "lots": items(object([
                "id": string, "wallet": string, "kind": string, "opened_on": string, "available_on": nullableString,
                "expires_on": nullableString, "earned": integer, "received": integer, "sent": integer,
                "refunded": integer, "spent": integer, "expired": integer, "taken_back": integer,
                "left_here": integer, "spendable": flag,
            ])),
        ])),
        "Ledger": \(object([
            "member": string, "next": nullableString, "covers": string, "branch": reference("Branch"),
            "entries": items(object([
                "entry": string, "at": string, "kind": string, "wallet": string, "amount": integer,
                "lot": nullableString,
                "from": nullableString, "to": nullableString, "operation": string, "reference": nullableString,
            ])),
        ])),
        "Redemption": \(object([
            "id": string, "coupon": nullableString, "definition": nullableString, "mode": nullableString,
            "member": nullableString, "till": string, "occurred_at": string, "business_date": string,
            "bill_minor": integer, "discount_minor": integer, "due_minor": integer, "currency": string,
            "lines": items(object(["product": string, "discount_minor": integer])), "rolled_back": flag,
            "repeated": flag, "warnings": list("Warning"),
        ])),
        "Rollback": \(object([
            "id": string, "redemption": string, "coupon": nullableString, "member": nullableString, "till": string,
            "reason": string, "occurred_at": string, "business_date": string, "discount_minor": integer,
            "coupon_back": flag, "repeated": flag,
        ])),
        "Coupon": \(object([
            "id": string, "code": nullableString, "definition": string, "name": nullableString,
            "member": nullableString,
            "valid_from": string, "valid_to": string, "uses": integer, "uses_left": integer, "usable_here": flag,
            "right": string, "home_branch": nullableString, "held_at": nullableString, "refusal": reference("Refusal"),
        ])),
        "Coupons": \(object([
            "member": string, "coupons": list("Coupon"), "more": flag, "branch": reference("Branch"),
        ]))
        """

    private static let quote: [String: String] = [
        "gross_minor": integer, "discount_minor": integer, "net_minor": integer, "due_minor": integer,
        "currency": string, "tier": nullableString, "as_of": nullableString, "warnings": list("Warning"),
        "branch": reference("Branch"), "points": reference("QuotedWallet"), "stored_value": reference("QuotedWallet"),
        "coupons": items(
            object([
                "id": string, "definition": nullableString, "discount_minor": integer, "refusal": reference("Refusal"),
            ])),
        "earned": items(
            object([
                "wallet": string, "kind": string, "amount": integer, "available_on": nullableString,
                "expires_on": nullableString,
            ])),
        "lines": items(
            object([
                "product": string, "quantity_milli": integer, "gross_minor": integer, "discount_minor": integer,
                "net_minor": integer, "points_minor": integer, "stored_value_minor": integer,
                "points_earned": integer,
                "applied": items(object(["source": string, "code": string, "amount_minor": integer])),
            ])),
    ]

    // MARK: Spelling

    private static let string = "{\"type\": \"string\"}"
    private static let nullableString = "{\"type\": [\"string\", \"null\"]}"
    private static let integer = "{\"type\": \"integer\"}"
    private static let flag = "{\"type\": \"boolean\"}"
    private static let money = RequestFields.money.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    static let codes = (TillProblem.allCases.map(\.rawValue) + CounterProblem.allCases.map(\.rawValue))
        .map { "\"\($0)\"" }.joined(separator: ", ")

    private static func reference(_ schema: String) -> String { "{\"$ref\": \"#/components/schemas/\(schema)\"}" }
    private static func list(_ schema: String) -> String { items(reference(schema)) }
    private static func items(_ schema: String) -> String { "{\"type\": \"array\", \"items\": \(schema)}" }

    /// All of its members are always there.
    private static func object(_ members: [String: String]) -> String {
        let names = members.keys.sorted()
        let properties = names.map { "\"\($0)\": \(members[$0] ?? string)" }.joined(separator: ", ")
        let required = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            {"type": "object", "additionalProperties": false, "required": [\(required)], "properties": {\(properties)}}
            """
    }
}
