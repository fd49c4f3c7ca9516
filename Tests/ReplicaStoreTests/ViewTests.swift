import Foundation
import Loyalty
import Replication
import TestSupport
import Testing

@testable import ReplicaStore

/// The merged view: what it says is what happened, and what `docs/views.md` says of it is true.
@Suite struct ViewTests {
    let hub: ReplicaStore
    let first: ReplicaStore
    let second: ReplicaStore
    let ann = RecordID(0xA11)

    init() throws {
        hub = try Stores.hub()
        first = try Stores.node(1)
        second = try Stores.node(2)
        for number in 1...2 as ClosedRange<UInt8> {
            try hub.invite(
                token: [number], branchCode: "00\(number)", branchName: "Branch \(number)",
                expiresAtMilliseconds: Stores.noon)
            _ = try hub.enrol(token: [number], publicKey: [number], nowMilliseconds: Stores.noon)
        }
    }

    private func rows(_ sql: String, of store: ReplicaStore) throws -> [[String?]] {
        try store.reader.query(sql, rowsMax: 1_000).rows
    }

    @Test func everyViewIsDocumentedWithItsColumnsAndCanBeAsked() throws {
        let documented = try ViewPage().columns
        for store in [hub, first] {
            let views = try store.reader.inspect("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
            #expect(views.compactMap { $0[0] } == documented.keys.sorted())
            for (view, columns) in documented {
                let answer = try store.reader.query("SELECT * FROM \(view)", rowsMax: 9)
                #expect(answer.columns == columns, "\(view)")
                #expect(answer.rows.count == (view == "branches" && store === hub ? 2 : 0), "\(view)")
            }
        }
    }

    @Test func theExamplesOfThePageGiveWhatThePageSays() throws {
        let page = try ViewPage()
        #expect(page.examples.map(\.isAtBranch) == [false, false, false, false, true])
        try tellTheStoryOfThePage()
        for example in page.examples {
            let answer = try (example.isAtBranch ? first : hub).reader.query(example.sql, rowsMax: 100)
            #expect([answer.columns.map { $0 }] + answer.rows.map { $0.map { $0 ?? "" } } == example.table)
        }
    }

    /// Two branches, three days, one of them far behind; Ann is renamed at both at once.
    private func tellTheStoryOfThePage() throws {
        try first.edit(ann, .set(.name, "Ann"), .set(.phone, "+8613800000001"))
        try first.sell(try Stores.sale(1, member: ann, netMinor: [1_250, 99], on: "2025-06-14"))
        try first.sell(try Stores.sale(2, netMinor: [500], on: "2025-06-15"))
        try Travel.exchange(first, second, with: hub)
        try first.edit(ann, .set(.name, "Anne"))
        try second.edit(ann, .set(.name, "Anna"))
        try second.sell(try Stores.sale(3, member: ann, netMinor: [30_000], on: "2025-06-15"))
        try second.sell(try Stores.sale(4, netMinor: [0], on: "2025-06-15"))
        for node in [first, second] { try Travel.push(node, to: hub) }
        try Travel.pull(first, from: hub)
        try hub.noteProgress(
            [NodeID(1): first.cursor?.sequence ?? 0, NodeID(2): second.cursor?.sequence ?? 0],
            nowMilliseconds: Stores.noon)
        try first.sell(try Stores.sale(5))
    }

    @Test func theNumbersAreThoseThatWereRecorded() throws {
        try tellTheStoryOfThePage()
        #expect(
            try rows("SELECT sale, branch, net_minor, points, lines, verdict FROM sales ORDER BY sale", of: hub) == [
                [RecordID(1).hexadecimal, "001", "1349", "13", "2", "ok"],
                [RecordID(2).hexadecimal, "001", "500", "0", "1", "ok"],
                [RecordID(3).hexadecimal, "002", "30000", "300", "1", "ok"],
                [RecordID(4).hexadecimal, "002", "0", "0", "1", "ok"],
            ])
        #expect(
            try rows(
                """
                SELECT line, product, quantity_milli, net_minor FROM sale_lines
                WHERE net_minor BETWEEN 1 AND 1300 ORDER BY net_minor
                """,
                of: hub)
                == [["2", "p1", "1000", "99"], ["1", "p0", "1000", "500"], ["1", "p0", "1000", "1250"]])
        #expect(try rows("SELECT * FROM points", of: hub) == [[ann.hexadecimal, "313", "2"]])
        #expect(try rows("SELECT member FROM sales WHERE sale = '\(RecordID(2).hexadecimal)'", of: hub) == [[nil]])
        #expect(
            try rows("SELECT member, phone, is_contested FROM members", of: hub) == [
                [ann.hexadecimal, "+8613800000001", "1"]
            ])
        #expect(try rows("SELECT branch, sum(net_minor) FROM sales GROUP BY branch", of: second) == [["002", "30000"]])
    }

    @Test func tagsLinksDecisionsAndDeletionsShow() throws {
        let bob = RecordID(0xB0B)
        try first.edit(ann, .set(.name, "Ann"), .add("vip", to: .tag), .add(bob.hexadecimal, to: .samePerson))
        try second.edit(bob, .set(.name, "Bob"), .add("staff", to: .tag))
        try Travel.exchange(first, second, with: hub)
        #expect(
            try rows("SELECT * FROM member_tags ORDER BY tag", of: hub) == [
                [bob.hexadecimal, "staff"], [ann.hexadecimal, "vip"],
            ])
        #expect(try rows("SELECT * FROM member_links", of: hub) == [[ann.hexadecimal, bob.hexadecimal]])

        try hub.editAtHeadquarters(bob, .set(.life, "deleted"))
        let decision = CaseDecision(caseID: RecordID(0xCA5E), outcome: .distinct, author: "hq", reason: "two people")
        _ = try hub.accept(
            [.init(operation: try hub.draft(decision, at: Stores.moment()), node: .hub)],
            nowMilliseconds: Stores.noon, toleranceMilliseconds: Stores.tolerance)
        try Travel.exchange(first, second, with: hub)
        for store in [hub, first, second] {
            #expect(try rows("SELECT name FROM members", of: store) == [["Ann"]])
            #expect(try rows("SELECT tag FROM member_tags", of: store) == [["vip"]])
        }
        #expect(
            try rows("SELECT * FROM decisions", of: hub) == [
                [RecordID(0xCA5E).hexadecimal, "distinct", "hq", "two people"]
            ])
        try expectAgreement(first, second, with: hub)
    }

    @Test func operationsShowWhoWroteWhatWhenAndHowItWasJudged() throws {
        try first.edit(ann, .set(.name, "Ann"))
        #expect(
            try rows(
                """
                SELECT position, actor, node, sequence, at, effective_at, observed, audience, kind, hub_sequence,
                  verdict FROM operations
                """,
                of: first)
                == [
                    [
                        "1", RecordID(first.identity.actor.value).hexadecimal, "1", "1", String(Stores.noon), nil, "",
                        "chain", "member", nil, nil,
                    ]
                ])
        try Travel.exchange(first, with: hub)
        #expect(
            try rows("SELECT effective_at, hub_sequence, verdict FROM operations", of: first)
                == [[String(Stores.noon), "1", "ok"]])
        #expect(try rows("SELECT * FROM operations", of: first) == rows("SELECT * FROM operations", of: hub))
    }
}

/// `docs/views.md`, as far as a test can read it: a table of columns under each view's heading, and examples, each a
/// query followed by its answer.
struct ViewPage {
    struct Example {
        let isAtBranch: Bool
        let sql: String
        let table: [[String]]
    }

    private(set) var columns: [String: [String]] = [:]
    private(set) var examples: [Example] = []

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/views.md"), encoding: .utf8)
        var view: String?
        var isAtBranch = false
        var sql: [String]?
        var pending: String?
        var table: [[String]] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""] {
            if let name = line.firstMatch(of: /^### `(\w+)`/)?.1 { view = String(name) }
            if line.hasPrefix("## ") { (view, isAtBranch) = (nil, line.hasSuffix("at a branch")) }
            if let view, let column = line.firstMatch(of: /^\| `(\w+)` \|/)?.1 {
                columns[view, default: []].append(String(column))
            }
            if line == "```sql" {
                sql = []
            } else if line == "```", let lines = sql {
                (pending, sql) = (lines.joined(separator: "\n"), nil)
            } else {
                sql?.append(line)
            }
            if pending != nil, line.hasPrefix("| "), !line.hasPrefix("| --") {
                table.append(
                    line.dropFirst(2).dropLast(2).components(separatedBy: " | ").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    })
            } else if let finished = pending, !table.isEmpty, line.isEmpty {
                examples.append(Example(isAtBranch: isAtBranch, sql: finished, table: table))
                (pending, table) = (nil, [])
            }
        }
    }
}
