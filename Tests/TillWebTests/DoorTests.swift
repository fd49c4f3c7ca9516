import Foundation
import GRDB
import Hummingbird
import Localization
import Loyalty
import NIOPosix
import NodeService
import Replication
import TestSupport
import Testing

@testable import ReplicaStore
@testable import TillWeb

@Suite(.timeLimit(.minutes(2))) struct DoorTests {
    @Test func withoutAGoodTokenNobodyIsLetIn() async throws {
        try await Shop.offline { shop in
            var stranger = shop.till
            for token in [nil, "", "00", String(repeating: "ff", count: 24), "not hexadecimal"] {
                stranger.token = token
                for route in Route.allCases where !route.isOpen {
                    let answer = try await stranger.send(
                        route.method.rawValue, route.path.replacing(/\{[a-z]+\}/, with: SaleTests.id), Array("{}".utf8))
                    #expect(answer.status == 401 && answer.code == "unauthorized")
                    #expect(answer.headers["www-authenticate"] == "Bearer")
                }
            }
        }
    }

    @Test func healthAndDescriptionAreOpen() async throws {
        try await Shop.offline { shop in
            var stranger = shop.till
            stranger.token = nil
            #expect(try await stranger.get("/healthz").json == ["status": "ok"])
            #expect(try await stranger.get("/openapi.json").json["openapi"]?.text == "3.1.0")
            let head = try await stranger.send("HEAD", "/healthz")
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test func aWrongMethodIsToldTheRightOnes() async throws {
        try await Shop.offline { shop in
            let answer = try await shop.till.send("DELETE", "/v1/members")
            #expect(answer.status == 405 && answer.code == "method_not_allowed")
            #expect(answer.headers["allow"] == "POST, GET")
            #expect(try await shop.till.send("GET", "/v1/sales").status == 405)
            #expect(try await shop.till.get("/v2/sales").code == "not_found")
            #expect(try await shop.till.get("/").code == "not_found")
        }
    }

    @Test func badBodiesAreRefused() async throws {
        try await Shop.offline { shop in
            for body in ["", "{", "[]", "{\"id\":1,\"id\":2}", "name=Wang", "\u{feff}{}"] {
                let answer = try await shop.till.send("POST", "/v1/sales", Array(body.utf8))
                #expect(answer.code == (body == "[]" ? "invalid_value" : "not_json"), "\(body)")
            }
            #expect(try await shop.till.send("POST", "/v1/sales", [0xff, 0xfe]).code == "not_json")
            let large = [UInt8](repeating: 0x20, count: TillLimits.bodyBytesMax + 1)
            #expect(try await shop.till.send("POST", "/v1/sales", large).code == "body_too_large")
            let deep = Array(String(repeating: "[", count: 60_000).utf8)
            #expect(try await shop.till.send("POST", "/v1/sales", deep).code == "not_json")
        }
    }

    @Test func theLargestSaleFitsIn() async throws {
        try await Shop.offline { shop in
            let line: JSON = [
                "product": "6901234567892", "quantity": "1", "net_minor": .integer(199), "discount_minor": .integer(0),
            ]
            let lines = JSON.list(Array(repeating: line, count: Sale.linesMax))
            let answer = try await shop.till.post("/v1/sales", ["id": .text(SaleTests.id), "lines": lines])
            #expect(answer.status == 201 && answer.json["total_minor"] == .integer(398_000))
            let more = JSON.list(Array(repeating: line, count: Sale.linesMax + 1))
            #expect(
                try await shop.till.post("/v1/sales", ["id": .text(SaleTests.id), "lines": more]).code == "invalid_sale"
            )
        }
    }

    @Test func problemsAreToldInTheLanguageAskedFor() async throws {
        try await Shop.offline { shop in
            var till = shop.till
            till.language = "zh-CN,zh;q=0.9,en;q=0.8"
            let answer = try await till.get("/v1/members/7")
            #expect(answer.headers["content-language"] == "zh")
            #expect(answer.json["title"] == "没有找到" && answer.code == "not_found")
            #expect(try await till.get("/v1/status").json["sentences"]?.texts.contains("尚未连接过总部。可以继续销售。") == true)
            till.language = "fr"
            #expect(try await till.get("/v1/members/7").json["title"] == "Not found here")
        }
    }

    @Test func theStatusSaysWhatIsWaiting() async throws {
        try await Shop.offline { shop in
            let before = try await shop.till.get("/v1/status")
            #expect(before.json["safe"] == true && before.json["current"] == false)
            _ = try await shop.till.post("/v1/sales", ["id": .text(SaleTests.id), "lines": SaleTests.lines])
            let after = try await shop.till.get("/v1/status")
            #expect(after.json["safe"] == false && after.json["waiting"] == .integer(1))
            #expect(after.json["waiting_since"] == "2026-11-21T09:30:00.000+08:00")
            #expect(
                after.json["sentences"]?.texts == [
                    "Not connected to headquarters yet. Selling goes on.",
                    "1 entry is waiting to be sent; nothing is lost.",
                ])
        }
    }

    @Test func aFullDiskIsToldAndNothingIsHalfWritten() async throws {
        try await Shop.offline { shop in
            let sale: JSON = ["id": .text(SaleTests.id), "lines": Self.manyLines]
            try shop.limitPages(toGrowBy: 0)
            let full = try await shop.till.post("/v1/sales", sale)
            #expect(full.status == 507 && full.code == "disk_full")
            #expect(try shop.node.reader.count(.sales) == 0)
            try shop.limitPages(toGrowBy: 10_000)
            #expect(try await shop.till.post("/v1/sales", sale).status == 201)
        }
    }

    @Test func aNodeThatIsStoppingSaysSo() async throws {
        try await Shop.offline { shop in
            shop.node.stop()
            let sale = try await shop.till.post("/v1/sales", ["id": .text(SaleTests.id), "lines": SaleTests.lines])
            #expect(sale.status == 503 && sale.code == "unavailable" && sale.headers["retry-after"] == "1")
            #expect(sale.json["detail"]?.text?.hasPrefix("Nothing was saved.") == true)
            #expect(try shop.node.reader.count(.sales) == 0)
        }
    }

    /// A disk that hangs: the till is told that nobody knows, and what it sends again is not counted twice.
    @Test func aNodeThatDoesNotAnswerIsNotWaitedForForEver() async throws {
        try await Shop.offline(answerMillisecondsMax: 300) { shop in
            let sale: JSON = ["id": .text(SaleTests.id), "lines": SaleTests.lines]
            let hold = try await shop.holdDisk()
            let lost = try await shop.till.post("/v1/sales", sale)
            #expect(lost.status == 503 && lost.code == "unavailable")
            #expect(lost.json["detail"]?.text?.hasPrefix("It is not known whether it was saved.") == true)
            let status = try await shop.till.get("/v1/status")
            #expect(status.json["detail"]?.text?.hasPrefix("The node cannot answer just now.") == true)
            hold.signal()
            var again = try await shop.till.post("/v1/sales", sale)
            while again.status == 503 { again = try await shop.till.post("/v1/sales", sale) }
            #expect(again.status == 200)
            #expect(try shop.node.reader.count(.sales) == 1)
        }
    }

    @Test func nobodysDataIsInTheLog() async throws {
        try await Shop.offline { shop in
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            _ = try await shop.till.post("/v1/members", MemberTests.wang)
            _ = try await shop.till.post("/v1/members", ["name": "Wang", "phone": "13800138000"])
            _ = try await shop.till.get("/v1/members?phone=13800138000")
            _ = try await shop.till.get("/v1/members?name=Wang")
            _ = try await shop.till.patch(
                MemberTests.path, ["changes": [["field": "email", "value": "wang", "seen": ""]]])
            #expect(shop.log.text.contains("createMember"))
            for secret in ["wang", "1380013", "600123456", "1990-05", shop.till.token ?? ""] {
                #expect(!shop.log.text.lowercased().contains(secret))
            }
        }
    }

    @Test func aPortInUseIsSaid() async throws {
        try await Shop.offline { shop in
            let second = try TillServer(
                node: shop.node,
                TillServer.Configuration(
                    port: shop.till.port, group: MultiThreadedEventLoopGroup.singleton, nowMilliseconds: { 0 },
                    random: SplitMix64(seed: 1), logger: shop.log.logger))
            await #expect(throws: TillServerError.portInUse(host: "127.0.0.1", port: shop.till.port)) {
                try await second.run()
            }
        }
    }

    @Test func aZoneThatNobodyKnowsIsRefusedAtOnce() async throws {
        await #expect(throws: TillServerError.unknownZone("Asia/Atlantis")) {
            try await Shop.offline(zone: "Asia/Atlantis") { _ in }
        }
    }

    private static let manyLines = JSON.list(
        Array(repeating: ["product": "6901234567892", "quantity": "1", "net_minor": .integer(199)], count: 1_000))
}

extension Shop {
    /// No write gets through until the semaphore is signalled.
    func holdDisk() async throws -> DispatchSemaphore {
        let writer = try #require(node.reader.database.now as? any DatabaseWriter)
        let hold = DispatchSemaphore(value: 0)
        await withCheckedContinuation { held in
            Thread.detachNewThread {
                writer.writeWithoutTransaction { _ in
                    held.resume()
                    hold.wait()
                }
            }
        }
        return hold
    }

    /// A disk of which only so many pages are left.
    func limitPages(toGrowBy pages: Int) throws {
        let writer = try #require(node.reader.database.now as? any DatabaseWriter)
        try writer.writeWithoutTransaction { database in
            let count = try #require(try Int.fetchOne(database, sql: "PRAGMA page_count"))
            try database.execute(sql: "PRAGMA max_page_count = \(count + pages)")
        }
    }
}
