import Localization
import Loyalty

extension TillDescription {
    static let requests = """
        "ID": {"type": "string", "pattern": "^[0-9a-f]{32}$",
          "description": "Made by the till before it sends, so that sending again does no harm."},
        "NewMember": {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
          "id": {"$ref": "#/components/schemas/ID"},
          "name": {"type": "string", "minLength": 1, "maxLength": 64},
          "phone": {"type": "string"},
          "birthday": {"type": "string", "description": "YYYY-MM-DD, --MM-DD, or lunar: and one of these"},
          "email": {"type": "string"},
          "gender": {"type": "string", "enum": ["female", "male", "other", "unspecified"]},
          "address": {"type": "string", "maxLength": 256},
          "remark": {"type": "string", "maxLength": 1024},
          "cards": {"type": "array", "items": {"type": "string"}},
          "tags": {"type": "array", "items": {"type": "string", "maxLength": 48}},
          "marketing_consent": {"type": "string", "enum": ["yes", "no"]},
          "allow_same_phone": {"type": "boolean", "description": "Another person with the same phone"}}},
        "MemberChanges": {"type": "object", "additionalProperties": false, "properties": {
          "changes": {"type": "array", "items": {"type": "object", "required": ["field", "value", "seen"],
            "additionalProperties": false, "properties": {
            "field": {"type": "string", "enum": ["name", "phone", "birthday", "email", "gender", "address", "remark",
              "home_branch", "marketing_consent"]},
            "value": {"type": ["string", "null"], "description": "null clears the field"},
            "seen": {"type": "string", "description": "As it stood beside the value that was shown"}}}},
          "add_tags": {"type": "array", "items": {"type": "string"}},
          "remove_tags": {"type": "array", "items": {"type": "string"}},
          "add_cards": {"type": "array", "items": {"type": "string"}},
          "remove_cards": {"type": "array", "items": {"type": "string"}}}},
        "ReportedBasket": {"type": "object", "required": ["id", "lines"], "additionalProperties": false, "properties": {
          "id": {"$ref": "#/components/schemas/ID"},
          "member": {"$ref": "#/components/schemas/ID"},
          "reference": {"type": "string", "maxLength": 64, "description": "The receipt's number"},
          "occurred_at": {"type": ["string", "integer"],
            "description": "RFC 3339, or milliseconds since 1970; now, where it is left out"},
          "lines": {"type": "array", "minItems": 1, "maxItems": 2000, "items": {"type": "object",
            "required": ["product", "net_minor"], "additionalProperties": false, "properties": {
            "product": {"type": "string", "maxLength": 64},
            "quantity": {"type": "string", "description": "Decimal text with at most three decimals: 1, 0.5"},
            "quantity_milli": {"type": "integer", "description": "Thousandths, in place of quantity"},
            "net_minor": {"type": "integer", "description": "What was received, in the smallest unit of money"},
            "discount_minor": {"type": "integer", "description": "What was taken off before"}}}}}}
        """

    static let answers = """
        "Health": {"type": "object", "required": ["status"], "additionalProperties": false, "properties": {
          "status": {"type": "string", "enum": ["ok"]}}},
        "Problem": {"type": "object", "required": ["type", "title", "status", "code", "detail"],
          "additionalProperties": false, "properties": {
          "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
          "code": {"type": "string", "enum": [\(codes)]},
          "detail": {"type": "string"},
          "field": {"type": "string", "description": "Path of the field that is to be corrected"},
          "fields": {"type": "array", "items": {"type": "string"}, "description": "stale: what has changed"},
          "current": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Field"},
            "description": "stale: the values and dots of now"},
          "members": {"type": "array", "items": {"$ref": "#/components/schemas/MemberSummary"},
            "description": "phone_known: who has it"},
          "sale": {"type": "object", "description": "duplicate_sale: the one that stands"},
          "wallet": {"type": "string"}, "wanted": {"type": "integer"},
          "usable_here": {"type": ["integer", "null"], "description": "Of the wallet, for this sale, now"},
          "elsewhere": {"type": "array", "items": {"$ref": "#/components/schemas/Holding"},
            "description": "Where the rights lie, as headquarters has just said"},
          "reason": {"type": ["string", "null"], "enum": ["offline", "no_answer", "denied"],
            "description": "Why they did not come"},
          "coupon": {"type": "string"}, "refusal": {"type": ["string", "null"]},
          "due_minor": {"type": "integer"}, "tenders_minor": {"type": "integer"},
          "balance_minor": {"type": "integer"}, "limit_minor": {"type": "integer"},
          "plans": {"type": "array", "description": "unknown_plan: those there are", "items": {"type": "object"}}}},
        "Branch": {"type": "object", "additionalProperties": false,
          "required": ["code", "name", "connected", "current", "last_heard_at", "waiting"], "properties": {
          "code": {"type": "string"}, "name": {"type": "string"}, "connected": {"type": "boolean"},
          "current": {"type": "boolean", "description": "What is shown here is what headquarters knows"},
          "last_heard_at": {"type": ["string", "null"]},
          "waiting": {"type": "integer", "description": "Entries not yet at headquarters"}}},
        "Status": {"type": "object", "additionalProperties": false,
          "required": ["safe", "current", "sentences", "chain", "branch", "node", "connected_since", "refused_because",
            "waiting", "waiting_since", "applied", "hub_position", "behind", "audited_at", "clock_ahead_milliseconds",
            "incidents", "digest"], "properties": {
          "safe": {"type": "boolean", "description": "Headquarters holds all that was recorded here"},
          "current": {"type": "boolean"},
          "sentences": {"type": "array", "items": {"type": "string"}, "description": "The same, for people"},
          "chain": {"type": "string"}, "branch": {"$ref": "#/components/schemas/Branch"}, "node": {"type": "integer"},
          "connected_since": {"type": ["string", "null"]}, "refused_because": {"type": ["string", "null"]},
          "waiting": {"type": "integer"}, "waiting_since": {"type": ["string", "null"]},
          "applied": {"type": "integer"}, "hub_position": {"type": ["integer", "null"]},
          "behind": {"type": ["integer", "null"]}, "audited_at": {"type": ["string", "null"]},
          "clock_ahead_milliseconds": {"type": ["integer", "null"]}, "incidents": {"type": "integer"},
          "digest": {"type": "string"}}},
        "Warning": {"type": "object", "required": ["code", "detail"], "additionalProperties": false, "properties": {
          "code": {"type": "string", "enum": [\(warnings)]}, "detail": {"type": "string"}}},
        "Field": {"type": "object", "required": ["value", "seen"], "additionalProperties": false, "properties": {
          "value": {"type": ["string", "null"]},
          "seen": {"type": "string", "description": "To be given back with a change of this field"},
          "siblings": {"type": "array", "description": "Several values that did not know of each other",
            "items": {"type": "object", "required": ["value", "written_at", "dot"], "additionalProperties": false,
            "properties": {"value": {"type": "string"}, "written_at": {"type": "string"},
              "dot": {"type": "string"}}}}}},
        "Member": {"type": "object", "additionalProperties": false,
          "required": ["id", "fields", "tags", "cards", "contested", "deleted", "same_person", "points", "warnings",
            "branch"], "properties": {
          "id": {"$ref": "#/components/schemas/ID"},
          "fields": {"type": "object", "additionalProperties": false, "required": [\(registers)],
            "properties": {\(registerSchemas)}},
          "tags": {"type": "array", "items": {"type": "string"}},
          "cards": {"type": "array", "items": {"type": "string"}},
          "contested": {"type": "array", "items": {"type": "string"},
            "description": "Fields in which headquarters must choose between values"},
          "deleted": {"type": "boolean"},
          "same_person": {"type": "array", "items": {"$ref": "#/components/schemas/ID"}},
          "points": {"type": "object", "additionalProperties": false,
            "required": ["earned_here", "sales_here", "as_of", "covers", "note"], "properties": {
            "earned_here": {"type": "integer"}, "sales_here": {"type": "integer"}, "as_of": {"type": "string"},
            "covers": {"type": "string", "enum": ["this_branch"]}, "note": {"type": "string"}}},
          "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/Warning"}},
          "branch": {"$ref": "#/components/schemas/Branch"}}},
        "MemberSummary": {"type": "object", "additionalProperties": false,
          "required": ["id", "name", "phone", "birthday", "cards", "home_branch", "contested"], "properties": {
          "id": {"$ref": "#/components/schemas/ID"}, "name": {"type": ["string", "null"]},
          "phone": {"type": ["string", "null"]}, "birthday": {"type": ["string", "null"]},
          "cards": {"type": "array", "items": {"type": "string"}}, "home_branch": {"type": ["string", "null"]},
          "contested": {"type": "array", "items": {"type": "string"}}}},
        "MemberList": {"type": "object", "additionalProperties": false, "required": ["members", "more", "branch"],
          "properties": {
          "members": {"type": "array", "maxItems": 100, "items": {"$ref": "#/components/schemas/MemberSummary"}},
          "more": {"type": "boolean", "description": "There may be more than are shown"},
          "branch": {"$ref": "#/components/schemas/Branch"}}},
        "Sale": {"type": "object", "additionalProperties": false,
          "required": ["id", "member", "till", "reference", "occurred_at", "business_date", "lines", "total_minor",
            "currency", "points", "rule_revision", "warnings"], "properties": {
          "id": {"$ref": "#/components/schemas/ID"}, "member": {"type": ["string", "null"]},
          "till": {"type": "string"}, "reference": {"type": "string"}, "occurred_at": {"type": "string"},
          "business_date": {"type": "string", "description": "In the chain's zone"},
          "lines": {"type": "integer", "description": "How many"},
          "total_minor": {"type": "integer"}, "currency": {"type": "string"}, "points": {"type": "integer"},
          "rule_revision": {"type": "integer", "description": "Of the rule by which points were counted"},
          "settlement": {"$ref": "#/components/schemas/Settlement"},
          "repeated": {"type": "boolean", "description": "It had been recorded before"},
          "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/Warning"}}}}
        """

    private static let warnings = quoted(TillWarning.allCases.map(\.rawValue))
    private static let registerNames = MemberField.allCases.filter { $0.policy != .set }.map(\.name)
    private static let registers = quoted(registerNames)
    private static let registerSchemas =
        registerNames.map { "\"\($0)\": {\"$ref\": \"#/components/schemas/Field\"}" }.joined(separator: ", ")

    private static func quoted(_ words: [String]) -> String { words.map { "\"\($0)\"" }.joined(separator: ", ") }
}
