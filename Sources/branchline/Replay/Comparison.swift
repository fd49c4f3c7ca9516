import Administration
import ReplicaStore
import Replication

/// The file beside headquarters' merged view, line by line.
struct Comparison {
    struct Line {
        let what: String
        let expected: String
        let found: String
        let isEqual: Bool

        var row: CommandRow {
            CommandRow([
                "compared": what, "in_the_file": expected, "in_the_chain": found,
                "equal": ReadCommands.word(isEqual),
            ])
        }
    }

    private(set) var lines: [Line] = []
    let chain: LocalChain
    private let expected: PurchaseTotals
    let currency: String

    init(_ expected: PurchaseTotals, with chain: LocalChain) {
        self.expected = expected
        self.chain = chain
        currency = chain.settings.currency
    }

    var netMinor: Int64 { expected.all.netMinor }

    var isEqual: Bool { lines.allSatisfy(\.isEqual) }

    mutating func compareSales() async throws {
        let total = try await number("select count(*) as n from sales")
        add("sales", Self.count(expected.all.sales), Self.count(total))
        let found = try await number("select count(*) as n from sale_lines")
        add("sale lines", Self.count(expected.lines), Self.count(found))
        let net = try await number("select sum(net_minor) as n from sale_lines")
        add("net sales, line by line", Self.money(expected.all.netMinor, currency), Self.money(net, currency))
        let judged = try await number("select count(*) as n from operations where verdict <> 'ok'")
        add("operations with a flag", "0", Self.count(judged))
        let stores = try await sums(by: "branch")
        compare(stores, expected.byStore, of: "store")
        let members = Dictionary(
            uniqueKeysWithValues: expected.byHousehold.map { (Feed.member($0.key).hexadecimal, $0.value) })
        compare(try await sums(by: "member"), members, of: "household")
    }

    mutating func compareMembers(_ ledger: Ledger.Totals) async throws {
        let members = try await number("select count(*) as n from members where name like 'Household %'")
        add("members", Self.count(Int64(expected.byHousehold.count)), Self.count(members))
        let tags = try await chain.ask("query", "select member, tag from member_tags")
        let wanted = Set(ledger.tags.map { [$0.member.hexadecimal, $0.tag] })
        add("tags written at the shops", wanted, Set(tags.map { [$0["member"] ?? "", $0["tag"] ?? ""] }))
        let visits = try await chain.ask(
            "query", "select member, last_visit_at as visit from members where last_visit_at is not null")
        add(
            "last visits written at the shops",
            Set(ledger.lastVisits.map { [$0.key.hexadecimal, String(Int64($0.value) ?? 0)] }),
            Set(visits.map { [$0["member"] ?? "", $0["visit"] ?? ""] }))
    }

    mutating func compareReplicas(_ convergence: Convergence, shops: Int) {
        add("shops whose whole history headquarters holds", "\(shops)", "\(convergence.acknowledgedShops)")
        add("shops whose digest is headquarters'", "\(shops)", "\(convergence.equalShops)")
        add("incidents at shops and headquarters", "0", "\(convergence.incidents)")
    }

    // MARK: Steps

    private mutating func compare(_ found: [String: Sums], _ expected: [String: Sums], of what: String) {
        add("\(what)s", Self.count(Int64(expected.count)), Self.count(Int64(found.count)))
        add("sales of each \(what)", expected, found, \.sales) { Self.count($0) }
        add("net sales of each \(what)", expected, found, \.netMinor) { [currency] in Self.money($0, currency) }
        add("points of each \(what)", expected, found, \.points) { Self.count($0) }
    }

    /// Equal only where every single one is, not only the sum.
    private mutating func add(
        _ what: String, _ expected: [String: Sums], _ found: [String: Sums], _ value: KeyPath<Sums, Int64>,
        _ spell: (Int64) -> String
    ) {
        let isEqual = expected.mapValues { $0[keyPath: value] } == found.mapValues { $0[keyPath: value] }
        let (wanted, sum) = (
            expected.values.reduce(0) { $0 + $1[keyPath: value] }, found.values.reduce(0) { $0 + $1[keyPath: value] }
        )
        lines.append(Line(what: what, expected: spell(wanted), found: spell(sum), isEqual: isEqual))
    }

    mutating func add(_ what: String, _ expected: Set<[String]>, _ found: Set<[String]>) {
        lines.append(
            Line(
                what: what, expected: Self.count(Int64(expected.count)), found: Self.count(Int64(found.count)),
                isEqual: expected == found))
    }

    mutating func add(_ what: String, _ expected: String, _ found: String) {
        lines.append(Line(what: what, expected: expected, found: found, isEqual: expected == found))
    }

    private func sums(by column: String) async throws -> [String: Sums] {
        let rows = try await chain.ask(
            "query",
            "select \(column) as name, count(*) as sales, sum(net_minor) as net, sum(points) as points from sales "
                + "group by \(column)")
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let sums = Sums(
                    sales: Self.integer(row["sales"]), netMinor: Self.integer(row["net"]),
                    points: Self.integer(row["points"]))
                return (row["name"] ?? "", sums)
            })
    }

    func number(_ sql: String) async throws -> Int64 {
        Self.integer(try await chain.ask("query", sql).first?["n"])
    }

    /// What is no number is equal to nothing in the file.
    static func integer(_ text: String?) -> Int64 { text.flatMap { Int64($0) } ?? -1 }

    static func money(_ minor: Int64, _ currency: String) -> String {
        let cents = String(abs(minor) % 100)
        return
            "\(minor < 0 ? "-" : "")\(Self.count(abs(minor) / 100)).\(cents.count < 2 ? "0" : "")\(cents) \(currency)"
    }

    /// With commas between thousands.
    static func count(_ number: Int64) -> String {
        var digits = Array(String(abs(number)))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }
}
