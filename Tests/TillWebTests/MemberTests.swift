import Loyalty
import NodeService
import ReplicaStore
import Replication
import Testing

@testable import TillWeb

@Suite(.timeLimit(.minutes(2))) struct MemberTests {
    static let wang: JSON = [
        "id": "019a9e3c5f4070008000000000000001", "name": "Wang Fang", "phone": "138 0013 8000",
        "birthday": "1990-05-03", "gender": "female", "cards": ["6001234567890128"], "tags": ["vip"],
        "marketing_consent": "yes",
    ]
    static let path = "/v1/members/019a9e3c5f4070008000000000000001"

    @Test func aMemberJoinsAndIsFoundAndShown() async throws {
        try await Shop.offline { shop in
            let created = try await shop.till.post("/v1/members", Self.wang)
            #expect(created.status == 201)
            #expect(created.headers["location"] == Self.path)
            for query in [
                "phone=%2B8613800138000", "phone=13800138000", "card=6001234567890128", "name=ang+Fa", "name=%57ang",
            ] {
                let found = try await shop.till.get("/v1/members?\(query)")
                #expect(found.json["members"]?.items.compactMap { $0["name"]?.text } == ["Wang Fang"], "\(query)")
            }
            let shown = try await shop.till.get(Self.path)
            #expect(shown.status == 200 && shown.json["fields"] == created.json["fields"])
            let fields = try #require(shown.json["fields"])
            #expect(fields["phone"]?["value"] == "+8613800138000")
            #expect(fields["joined_at"]?["value"] == "2026-11-21T09:30:00.000+08:00")
            #expect(fields["joined_branch"]?["value"] == "017" && fields["home_branch"]?["value"] == "017")
            #expect(fields["email"] == ["value": .null, "seen": ""])
            #expect(shown.json["tags"]?.texts == ["vip"] && shown.json["cards"]?.texts == ["6001234567890128"])
            #expect(shown.json["branch"]?["waiting"] == .integer(1) && shown.json["branch"]?["connected"] == false)
        }
    }

    @Test func theSameIdTwiceIsOneMember() async throws {
        try await Shop.offline { shop in
            let first = try await shop.till.post("/v1/members", Self.wang)
            let second = try await shop.till.post("/v1/members", Self.wang)
            #expect(first.status == 201 && second.status == 200)
            #expect(first.json == second.json)
            #expect(try shop.node.reader.count(.members) == 1)
            #expect(try shop.node.reader.count(.operations) == 1)
        }
    }

    @Test func aKnownPhoneIsToldUnlessItIsAnotherPerson() async throws {
        try await Shop.offline { shop in
            _ = try await shop.till.post("/v1/members", Self.wang)
            let again = try await shop.till.post("/v1/members", ["name": "Wang", "phone": "+86 138-0013-8000"])
            #expect(again.status == 409 && again.code == "phone_known")
            #expect(again.json["members"]?.items.first?["name"] == "Wang Fang")
            let other = try await shop.till.post(
                "/v1/members", ["name": "Wang Lei", "phone": "13800138000", "allow_same_phone": true])
            #expect(other.status == 201)
            #expect(other.json["warnings"]?.items.compactMap { $0["code"]?.text } == ["phone_known"])
            #expect(other.json["id"]?.text?.dropFirst(12).first == "7")
            let both = try await shop.till.get("/v1/members?phone=13800138000")
            #expect(both.json["members"]?.items.count == 2)
        }
    }

    @Test func anEditNamesWhatWasSeen() async throws {
        try await Shop.offline { shop in
            let created = try await shop.till.post("/v1/members", Self.wang)
            let seen = try #require(created.json["fields"]?["name"]?["seen"])
            let first = try await shop.till.patch(Self.path, Self.renaming("Wang Fang Fang", seen))
            #expect(first.status == 200 && first.json["fields"]?["name"]?["value"] == "Wang Fang Fang")
            let second = try await shop.till.patch(Self.path, Self.renaming("Wang F.", seen))
            #expect(second.status == 409 && second.code == "stale")
            #expect(second.json["fields"]?.texts == ["name"])
            #expect(second.json["current"]?["name"] == first.json["fields"]?["name"])
            let now = try #require(second.json["current"]?["name"]?["seen"])
            let third = try await shop.till.patch(Self.path, Self.renaming("Wang F.", now))
            #expect(third.status == 200 && third.json["fields"]?["name"]?["value"] == "Wang F.")
        }
    }

    @Test func anEditWhoseAnswerGotLostMayBeRepeated() async throws {
        try await Shop.offline { shop in
            let created = try await shop.till.post("/v1/members", Self.wang)
            let seen = try #require(created.json["fields"]?["name"]?["seen"])
            let edit: JSON = [
                "changes": [["field": "name", "value": "Fang", "seen": seen]], "add_tags": ["tea"],
                "remove_tags": ["vip"], "add_cards": ["77"], "remove_cards": ["6001234567890128"],
            ]
            let first = try await shop.till.patch(Self.path, edit)
            let second = try await shop.till.patch(Self.path, edit)
            #expect(first.status == 200 && second.status == 200)
            #expect(second.json["fields"]?["name"]?["value"] == "Fang")
            #expect(second.json["tags"]?.texts == ["tea"] && second.json["cards"]?.texts == ["77"])
            #expect(try shop.node.reader.count(.operations) == 2)
        }
    }

    @Test func aFieldIsClearedWithNull() async throws {
        try await Shop.offline { shop in
            let created = try await shop.till.post("/v1/members", Self.wang)
            let seen = try #require(created.json["fields"]?["phone"]?["seen"])
            let cleared = try await shop.till.patch(
                Self.path, ["changes": [["field": "phone", "value": .null, "seen": seen]]])
            #expect(cleared.json["fields"]?["phone"] == ["value": .null, "seen": ""])
            #expect(try await shop.till.get("/v1/members?phone=13800138000").json["members"]?.items == [])
        }
    }

    @Test func somebodyElsesPhoneAndCardAreWarnedOf() async throws {
        try await Shop.offline { shop in
            _ = try await shop.till.post("/v1/members", Self.wang)
            let other = try await shop.till.post("/v1/members", ["name": "Li"])
            let path = try #require(other.headers["location"])
            let edit: JSON = [
                "changes": [["field": "phone", "value": "13800138000", "seen": ""]], "add_cards": ["6001234567890128"],
            ]
            let edited = try await shop.till.patch(path, edit)
            #expect(edited.status == 200)
            #expect(edited.json["warnings"]?.items.compactMap { $0["code"]?.text } == ["phone_known", "card_known"])
        }
    }

    @Test(
        arguments: [
            ([:], 400, "missing_field", "name"), (["name": "A", "nickname": "B"], 400, "unknown_field", "nickname"),
            (["name": .integer(7)], 422, "invalid_value", "name"), (["name": " A"], 422, "invalid_value", "name"),
            (["name": "A", "phone": "12"], 422, "invalid_phone", "phone"),
            (["name": "A", "birthday": "1990-02-30"], 422, "invalid_value", "birthday"),
            (["name": "A", "gender": "tea"], 422, "invalid_value", "gender"),
            (["name": "A", "id": "123"], 422, "invalid_value", "id"),
            (["name": "A", "cards": ["1", "2 3"]], 422, "invalid_value", "cards[1]"),
            (["name": "A", "cards": "1"], 422, "invalid_value", "cards"),
            (["name": "A", "tags": [.null]], 422, "invalid_value", "tags[0]"),
            (["name": "A", "tags": ["t", "t"]], 422, "invalid_value", "tag"),
            (["name": "A", "allow_same_phone": "yes"], 422, "invalid_value", "allow_same_phone"),
        ] as [(JSON, Int, String, String)])
    func whatIsWrongWithANewMemberIsNamed(body: JSON, status: Int, code: String, field: String) async throws {
        try await Shop.offline { shop in
            let answer = try await shop.till.post("/v1/members", body)
            #expect(answer.status == status && answer.code == code && answer.json["field"]?.text == field)
            #expect(try shop.node.reader.count(.members) == 0)
        }
    }

    @Test(
        arguments: [
            (["changes": [["field": "name", "value": "B"]]], 400, "missing_field", "changes[0].seen"),
            (["changes": [["field": "name", "seen": ""]]], 400, "missing_field", "changes[0].value"),
            (["changes": [["field": "joined_at", "value": "1", "seen": ""]]], 422, "invalid_value", "joined_at"),
            (["changes": [["field": "life", "value": "deleted", "seen": ""]]], 422, "invalid_value", "life"),
            (["changes": [["field": "colour", "value": "1", "seen": ""]]], 400, "unknown_field", "colour"),
            (["changes": [["field": "name", "value": "B", "seen": "me"]]], 422, "invalid_value", "changes[0].seen"),
            (["changes": [["field": "phone", "value": "1", "seen": ""]]], 422, "invalid_phone", "changes[0].value"),
            (["changes": [["field": "email", "value": "x", "seen": ""]]], 422, "invalid_value", "email"),
            (["name": "B"], 400, "unknown_field", "name"),
        ] as [(JSON, Int, String, String)])
    func whatIsWrongWithAnEditIsNamed(body: JSON, status: Int, code: String, field: String) async throws {
        try await Shop.offline { shop in
            _ = try await shop.till.post("/v1/members", Self.wang)
            let answer = try await shop.till.patch(Self.path, body)
            #expect(answer.status == status && answer.code == code && answer.json["field"]?.text == field)
            #expect(try shop.node.reader.count(.operations) == 1)
        }
    }

    @Test func whoIsNotKnownIsNotFound() async throws {
        try await Shop.offline { shop async throws in
            for path in [Self.path, "/v1/members/7", "/v1/members/"] {
                #expect(try await shop.till.get(path).code == "not_found")
                #expect(try await shop.till.patch(path, ["add_tags": ["a"]]).code == "not_found")
            }
            #expect(try await shop.till.get("/v1/members?phone=13800138000").json["members"]?.items == [])
        }
    }

    @Test func aSearchHasExactlyOneCriterion() async throws {
        try await Shop.offline { shop async throws in
            for query in ["", "?", "?phone=", "?phone=13800138000&name=A"] {
                #expect(try await shop.till.get("/v1/members\(query)").code == "missing_field", "\(query)")
            }
            #expect(try await shop.till.get("/v1/members?email=a").code == "unknown_field")
            #expect(try await shop.till.get("/v1/members?phone=abc").code == "invalid_phone")
            #expect(try await shop.till.get("/v1/members?card=a%20b").code == "invalid_value")
        }
    }

    private static func renaming(_ name: String, _ seen: JSON) -> JSON {
        ["changes": [["field": "name", "value": .text(name), "seen": seen]]]
    }
}

extension JSON: ExpressibleByArrayLiteral {
    init(arrayLiteral items: JSON...) { self = .list(items) }
}
