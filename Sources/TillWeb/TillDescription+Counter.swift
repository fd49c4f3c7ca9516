/// Paths and examples of what is used, earned, loaded and given back.
extension TillDescription {
    static let counterPaths = """
        "/v1/quotes": {"post": {
          "operationId": "quote", "summary": "What a basket would cost, and what could be used for it here now",
          "requestBody": \(request("Checkout", quoteExample)),
          "responses": {"200": \(answer("Priced; nothing was written", "Quote")),
            \(problems(400, 401, 404, 413, 422, 503, 507))}}},
        "/v1/holds": {"post": {
          "operationId": "hold", "summary": "Reserve what a basket uses for five minutes, among this branch's tills",
          "requestBody": \(request("Checkout", holdExample)),
          "responses": {"201": \(answer("Reserved", "Hold")), "200": \(answer("Reserved again, for as long", "Hold")),
            \(problems(400, 401, 404, 409, 413, 422, 503, 507))}}},
        "/v1/holds/{id}": {
          "parameters": [\(identifier)],
          "delete": {
            "operationId": "release", "summary": "The customer does not want it after all",
            "responses": {"200": \(answer("Released", "Released")), \(problems(401, 404, 503))}}},
        "/v1/sales/{id}/refunds": {
          "parameters": [\(identifier)],
          "post": {
            "operationId": "refund", "summary": "Goods come back, in any number of pieces",
            "requestBody": \(request("NewRefund", refundExample)),
            "responses": {"201": \(answer("Recorded", "Refund")),
              "200": \(answer("This refund is recorded already; nothing was added", "Refund")),
              \(problems(400, 401, 404, 409, 413, 422, 503, 507))}}},
        "/v1/members/{id}/wallets": {
          "parameters": [\(identifier)],
          "get": {
            "operationId": "wallets", "summary": "What a member has, and what of it can be used here",
            "responses": {"200": \(answer("Each kind of wallet", "Wallets")), \(problems(401, 404, 503, 507))}}},
        "/v1/members/{id}/lots": {
          "parameters": [\(identifier)],
          "get": {
            "operationId": "lots", "summary": "Each credit with its days, as far as this branch has heard of it",
            "responses": {"200": \(answer("In the order in which they are spent", "Lots")),
              \(problems(401, 404, 503))}}},
        "/v1/members/{id}/ledger": {
          "parameters": [\(identifier)],
          "get": {
            "operationId": "ledger", "summary": "Each movement at this branch, newest first; at most 200",
            "parameters": [{"name": "before", "in": "query", "required": false,
              "description": "What `next` said, for older ones", "schema": {"type": "string"}}],
            "responses": {"200": \(answer("Movements", "Ledger")), \(problems(400, 401, 404, 422, 503))}}},
        "/v1/members/{id}/coupons": {
          "parameters": [\(identifier)],
          "get": {
            "operationId": "coupons", "summary": "A member's coupons that this branch has heard of; at most 200",
            "responses": {"200": \(answer("Those that end last come first", "Coupons")),
              \(problems(401, 404, 503, 507))}}},
        "/v1/members/{id}/top-ups": {
          "parameters": [\(identifier)],
          "post": {
            "operationId": "topUp", "summary": "A member loads money",
            "requestBody": \(request("NewTopUp", topUpExample)),
            "responses": {"201": \(answer("Recorded", "TopUp")),
              "200": \(answer("This top-up is recorded already; nothing was added", "TopUp")),
              \(problems(400, 401, 404, 409, 413, 422, 503, 507))}}},
        "/v1/coupons:validate": {"post": {
          "operationId": "validate", "summary": "Is this coupon real, whose is it, and can it be used here now?",
          "requestBody": \(request("ShownCoupon", couponExample)),
          "responses": {"200": \(answer("It is real; nothing was used up", "Coupon")),
            \(problems(400, 401, 404, 413, 422, 503, 507))}}},
        "/v1/coupons/{code}/validate": {
          "parameters": [\(code)],
          "post": {
            "operationId": "validateCoupon", "summary": "The same, with the coupon in the path",
            "requestBody": \(request("Shower", "{\"member\": \"019a9e3c5f4070008000000000000001\"}")),
            "responses": {"200": \(answer("It is real; nothing was used up", "Coupon")),
              \(problems(400, 401, 404, 413, 422, 503, 507))}}},
        "/v1/coupons/{code}/redeem": {
          "parameters": [\(code)],
          "post": {
            "operationId": "redeem", "summary": "Use a coupon for a bill that the till prices and sells by itself",
            "requestBody": \(request("NewRedemption", redemptionExample)),
            "responses": {"201": \(answer("Used; this is what it takes off", "Redemption")),
              "200": \(answer("This redemption is recorded already; nothing was added", "Redemption")),
              \(problems(400, 401, 404, 409, 413, 422, 503, 507))}}},
        "/v1/coupons/{code}/rollback": {
          "parameters": [\(code)],
          "post": {
            "operationId": "rollBack", "summary": "The bill came to nothing: the coupon is given back",
            "requestBody": \(request("NewRollback", rollbackExample)),
            "responses": {"201": \(answer("Undone", "Rollback")),
              "200": \(answer("This redemption had been undone before", "Rollback")),
              \(problems(400, 401, 404, 409, 413, 422, 503, 507))}}}
        """

    private static let code = """
        {"name": "code", "in": "path", "required": true, "schema": {"type": "string"},
          "description": "A code as typed, a square code as scanned, or an id; percent-encoded where it must be"}
        """

    private static let identifier = """
        {"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/ID"}}
        """

    private static let quoteExample = """
        {"member": "019a9e3c5f4070008000000000000001", "points": "max", "lines": [
         {"product": "6901234567892", "quantity": "2", "unit_price_minor": 1000},
         {"product": "tea-loose", "quantity_milli": 250, "gross_minor": 5000, "restricted": false}]}
        """

    private static let holdExample = """
        {"id": "019a9e3c5f4070008000000000000020", "member": "019a9e3c5f4070008000000000000001", "points": "max",
         "stored_value": "max", "lines": [{"product": "tea", "quantity": "1", "unit_price_minor": 1000}]}
        """

    private static let refundExample = """
        {"id": "019a9e3c5f4070008000000000000021", "reason": "damaged", "payout": "cash", "cashier": "Li",
         "lines": [{"line": 1, "quantity": "1"}, {"line": 2, "amount_minor": 500}]}
        """

    private static let topUpExample = """
        {"id": "019a9e3c5f4070008000000000000022", "amount_minor": 10000, "tender": "wechat", "cashier": "Li"}
        """

    private static let redemptionExample = """
        {"id": "019a9e3c5f4070008000000000000024", "member": "019a9e3c5f4070008000000000000001", "cashier": "Li",
         "lines": [{"product": "tea", "quantity": "3", "unit_price_minor": 5000}]}
        """

    private static let rollbackExample = """
        {"redemption": "019a9e3c5f4070008000000000000024", "reason": "the customer paid in another way",
         "cashier": "Li"}
        """

    private static let couponExample = """
        {"coupon": "019a9e3c5f4070008000000000000023", "member": "019a9e3c5f4070008000000000000001"}
        """
}
