import Hummingbird
import NIOCore

/// The OpenAPI document of this interface, for whoever writes a POS. A test compares it with what the server does.
enum TillDescription {
    static let text = """
        {
        "openapi": "3.1.0",
        "info": {
          "title": "Branchline: the till's door",
          "version": "1",
          "description": "Members, sales and what is used for them at one branch, without headquarters where it can be."
        },
        "security": [{"till": []}],
        "paths": {\(paths), \(counterPaths)},
        "components": {
          "securitySchemes": {"till": {"type": "http", "scheme": "bearer"}},
          "responses": {"Problem": {"description": "Not done; `code` says why.", "content":
            {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
          "schemas": {\(answers), \(requests), \(counterAnswers), \(counterRequests)}
        }
        }
        """

    static var response: Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private static let paths = """
        "/healthz": {"get": {
          "operationId": "health", "summary": "The process is alive", "security": [],
          "responses": {"200": \(answer("Alive", "Health"))}}},
        "/openapi.json": {"get": {
          "operationId": "description", "summary": "This document", "security": [],
          "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema":
            {"type": "object"}}}}}}},
        "/v1/status": {"get": {
          "operationId": "status", "summary": "Is my data safe, is it current, what is waiting?",
          "responses": {"200": \(answer("The branch's state", "Status")), \(problems(401, 503))}}},
        "/v1/members": {
          "post": {
            "operationId": "createMember", "summary": "Somebody joins",
            "requestBody": \(request("NewMember", newMemberExample)),
            "responses": {"201": \(answer("Joined", "Member")),
              "200": \(answer("There is a member with this id already; nothing was changed", "Member")),
              \(problems(400, 401, 409, 413, 422, 503, 507))}},
          "get": {
            "operationId": "findMembers", "summary": "Members by phone, card or part of the name; at most 100",
            "parameters": [\(criterion("phone", "As typed; without a country it is taken for the chain's")),
              \(criterion("card", "The number, or kind:number")), \(criterion("name", "Any part of it"))],
            "responses": {"200": \(answer("Found; the list may be empty", "MemberList")),
              \(problems(400, 401, 422, 503))}}},
        "/v1/members/{id}": {
          "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/ID"}}],
          "get": {
            "operationId": "showMember", "summary": "Everything that this branch knows of a member",
            "responses": {"200": \(answer("The member", "Member")), \(problems(401, 404, 503))}},
          "patch": {
            "operationId": "editMember", "summary": "Change some fields, each with what was on the screen",
            "requestBody": \(request("MemberChanges", changesExample)),
            "responses": {"200": \(answer("Saved, or so already", "Member")),
              \(problems(400, 401, 404, 409, 413, 422, 503, 507))}}},
        "/v1/sales": {"post": {
          "operationId": "recordSale", "summary": "A basket was paid for",
          "requestBody": \(request("NewSale", saleExample)),
          "responses": {"201": \(answer("Recorded", "Sale")),
            "200": \(answer("This sale is recorded already; nothing was added", "Sale")),
            \(problems(400, 401, 404, 409, 413, 422, 503, 507))}}}
        """

    static func answer(_ meaning: String, _ schema: String) -> String {
        """
        {"description": "\(meaning)", "content":
          {"application/json": {"schema": {"$ref": "#/components/schemas/\(schema)"}}}}
        """
    }

    static func problems(_ codes: Int...) -> String {
        codes.map { "\"\($0)\": {\"$ref\": \"#/components/responses/Problem\"}" }.joined(separator: ", ")
    }

    static func request(_ schema: String, _ example: String) -> String {
        """
        {"required": true, "content": {"application/json": {
          "schema": {"$ref": "#/components/schemas/\(schema)"}, "example": \(example)}}}
        """
    }

    private static func criterion(_ name: String, _ meaning: String) -> String {
        """
        {"name": "\(name)", "in": "query", "required": false, "description": "\(meaning); exactly one of the three",
          "schema": {"type": "string"}}
        """
    }

    private static let newMemberExample = """
        {"id": "019a9e3c5f4070008000000000000001", "name": "Wang Fang", "phone": "138 0013 8000",
         "birthday": "1990-05-03", "gender": "female", "address": "Nanjing Road 1",
         "remark": "prefers tea", "cards": ["6001234567890128"], "tags": ["vip"], "marketing_consent": "yes",
         "allow_same_phone": true}
        """

    private static let changesExample = """
        {"changes": [{"field": "email", "value": "fang@example.com", "seen": ""}], "add_tags": ["tea"],
         "remove_tags": ["coffee"], "add_cards": ["6001234567890129"], "remove_cards": ["6001234567890130"]}
        """

    private static let saleExample = """
        {"id": "019a9e3c5f4070008000000000000002", "member": "019a9e3c5f4070008000000000000001",
         "reference": "R-1001", "occurred_at": "2025-11-21T09:30:00+08:00", "lines": [
         {"product": "6901234567892", "quantity": "2", "net_minor": 1990, "discount_minor": 10},
         {"product": "tea-loose", "quantity_milli": 250, "net_minor": 5000}]}
        """
}
