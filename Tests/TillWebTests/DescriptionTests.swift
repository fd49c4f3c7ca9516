import Hummingbird
import Testing

@testable import TillWeb

/// That every answer agrees with the description, all other tests check on the way.
@Suite(.timeLimit(.minutes(2))) struct DescriptionTests {
    @Test func itHasTheRoutesThatAreServedAndNoOthers() {
        let described = (Description.served.document["paths"]?.members ?? []).flatMap { path in
            path.value.members.filter { $0.name != "parameters" }.map { "\($0.name.uppercased()) \(path.name)" }
        }
        #expect(Set(described) == Set(Route.allCases.map { "\($0.method.rawValue) \($0.path)" }))
        #expect(described.count == Route.allCases.count)
    }

    @Test func onlyOpenRoutesAreDescribedAsOpen() {
        for route in Route.allCases {
            #expect((Description.served.operation(route)?["security"] == .list([])) == route.isOpen, "\(route)")
        }
    }

    @Test func everyReferencePointsAtSomething() {
        var references: Set<String> = []
        collect(Description.served.document, into: &references)
        #expect(references.count >= 12)
        for reference in references {
            let found = reference.split(separator: "/").dropFirst()
                .reduce(Optional(Description.served.document)) { $0?[String($1)] }
            #expect(found != nil, "\(reference)")
        }
    }

    /// In the order of the document, so that the edited member is there.
    @Test func itsExamplesAgreeWithItAndAreAccepted() async throws {
        try await Shop.offline { shop in
            for route in [Route.createMember, .editMember, .recordSale, .quote, .hold, .topUp, .refund] {
                let media = try #require(
                    Description.served.operation(route)?["requestBody"]?["content"]?["application/json"])
                let (example, schema) = (try #require(media["example"]), try #require(media["schema"]))
                #expect(Description.served.check(example, schema, at: "example") == [])
                let number = route == .refund ? 2 : 1
                let path = route.path.replacing("{id}", with: "019a9e3c5f407000800000000000000\(number)")
                let answer = try await shop.till.send(route.method.rawValue, path, example.bytes)
                #expect([200, 201].contains(answer.status), "\(answer.json)")
            }
        }
    }

    /// The judge must be able to find somebody guilty.
    @Test func whatIsNotDescribedIsNoticed() {
        let judge = Description.served
        #expect(judge.check(["status": "ok"], against: "Health") == [])
        #expect(judge.check(["status": "ill"], against: "Health").count == 1)
        #expect(judge.check([:], against: "Health") == ["Health.status is missing"])
        #expect(judge.check(["status": "ok", "age": "1"], against: "Health") == ["Health.age is not documented"])
        #expect(judge.check(["status": .integer(1)], against: "Health").count == 1)
        #expect(judge.check(.null, against: "Nothing").count == 1)
        let answer = TillClient.Answer(
            status: 418, headers: ["content-type": "application/json"], body: [], json: ["status": "ok"])
        #expect(judge.complaints(about: answer, to: "GET", "/healthz") == ["status 418 is not documented"])
    }

    private func collect(_ value: JSON, into references: inout Set<String>) {
        for member in value.members {
            if member.name == "$ref", let text = member.value.text { references.insert(text) }
            collect(member.value, into: &references)
        }
        for item in value.items { collect(item, into: &references) }
    }
}
