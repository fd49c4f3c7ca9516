import Hummingbird
import Localization
import Replication
import TestSupport
import Testing

@testable import TillWeb

@Suite struct SpellingTests {
    @Test(arguments: [
        ("1", 1_000), ("0", 0), ("0.5", 500), ("-2.125", -2_125), ("12.30", 12_300), ("0.001", 1), ("-0", 0),
        ("9999999999.999", 9_999_999_999_999), ("007", 7_000),
    ])
    func quantitiesAreReadInThousandths(text: String, thousandths: Int64) {
        #expect(Quantity.thousandths(text) == thousandths)
    }

    @Test(arguments: [
        "", "-", ".5", "1.", "1.2345", "+1", "1e3", "1,5", " 1", "1 ", "--1", "1.-5", "１", "99999999999", "1.2.3",
    ])
    func otherQuantitiesAreRefused(text: String) { #expect(Quantity.thousandths(text) == nil) }

    @Test func dotsAreReadAsTheyAreSpelled() {
        let dots = [Dot(ActorID(0xa), 1), Dot(ActorID(0xa), 18_446_744_073_709_551_615), Dot(ActorID(.max), 7)]
        let text = SeenDots.text(dots)
        #expect(text.hasPrefix("0000000000000000000000000000000a:1,"))
        #expect(SeenDots.read(text) == dots)
        #expect(SeenDots.read("") == [])
    }

    @Test(arguments: [
        ",", "a:1", "0000000000000000000000000000000a", "0000000000000000000000000000000a:",
        "0000000000000000000000000000000a:0", "0000000000000000000000000000000a:1,",
        "0000000000000000000000000000000A:1", "0000000000000000000000000000000a:1:1",
        "0000000000000000000000000000000a:-1",
    ])
    func otherDotsAreRefused(text: String) { #expect(SeenDots.read(text) == nil) }

    @Test func cardsAreNumbersAndOtherMeansHaveTheirKind() {
        #expect(Card.element("6001234567890128") == "card:6001234567890128")
        #expect(Card.element("wechat_openid:oX1") == "wechat_openid:oX1")
        #expect(Card.written("card:6001234567890128") == "6001234567890128")
        #expect(Card.written("wechat_openid:oX1") == "wechat_openid:oX1")
        for text in ["", "6001 2345", "phone:+8613800138000", "Card:1", ":1", "card:"] {
            #expect(Card.element(text) == nil, "\(text)")
        }
    }

    @Test func identifiersAreNeverTheSameAndSortByTime() {
        let mint = IdentifierMint(random: SplitMix64(seed: 1))
        let ids = (0..<1_000).map { mint.identifier(nowMilliseconds: 1_795_224_600_000 + UInt64($0)) }
        #expect(Set(ids).count == ids.count && ids == ids.sorted())
        #expect(ids.allSatisfy { $0.value >> 80 >= 1_795_224_600_000 && ($0.value >> 76) & 0xf == 7 })
        #expect(ids.allSatisfy { ($0.value >> 62) & 3 == 2 })
    }

    @Test(arguments: [
        (Optional("GET"), "/v1/members", Route.findMembers), ("POST", "/v1/members", .createMember),
        ("GET", "/v1/members/abc", .showMember), ("PATCH", "/v1/members/", .editMember), ("HEAD", "/healthz", .health),
    ])
    func routesAreFound(method: String?, path: String, route: Route) throws {
        #expect(try Route.find(.init(method ?? "") ?? .get, path).0 == route)
    }

    @Test func otherAddressesAreNowhere() {
        for path in ["", "/", "/v1", "/v1/member", "/v1/members/a/b", "//v1/members", "/V1/members", "/v1/sales/"] {
            #expect(throws: RequestFault.nowhere, "\(path)") { try Route.find(.get, path) }
        }
        #expect(throws: RequestFault.method(allowed: ["POST", "GET"])) { try Route.find(.delete, "/v1/members") }
    }
}
