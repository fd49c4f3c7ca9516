import Loyalty
import Replication

/// Members as the benchmarks know them: eight columns, Chinese names, the same for the same seed.
struct MemberSet {
    struct Row {
        let id: RecordID
        let name: String
        let phone: String
        let gender: String
        let birthday: String
        let address: String
        var homeBranch: String
        var lastVisitAt: String

        /// Bytes of all values, the id counted with sixteen.
        var payloadBytes: Int {
            16 + columns.reduce(0) { $0 + $1.utf8.count }
        }

        /// Without the id, in the order of the plain table's columns.
        var columns: [String] { [name, phone, birthday, gender, address, homeBranch, lastVisitAt] }

        var changes: [EditRequest.Change] {
            zip(MemberSet.fields, columns).map { EditRequest.Change.set($0, $1) }
        }
    }

    /// Ascending by id, as members join.
    private(set) var rows: [Row] = []
    private var random: BenchmarkRandom

    static let fields: [MemberField] = [.name, .phone, .birthday, .gender, .address, .homeBranch, .lastVisitAt]
    static let updatedFields: [MemberField] = [.homeBranch, .lastVisitAt]
    static let updatedSlots = updatedFields.map { Slot(field: $0.rawValue) }

    init(count: Int, seed: UInt64 = 1) {
        random = BenchmarkRandom(seed: seed)
        rows.reserveCapacity(count)
        for number in 0..<count { rows.append(Self.row(number, &random)) }
    }

    /// Every row once, in an order that says nothing about ids.
    mutating func randomOrder() -> [Int] {
        var order = Array(rows.indices)
        for index in order.indices.reversed() { order.swapAt(index, random.below(index + 1)) }
        return order
    }

    /// New values for the two columns that the update pass writes.
    mutating func update(_ index: Int) -> Row {
        rows[index].homeBranch = String(random.below(100_000))
        rows[index].lastVisitAt = Self.instant(&random)
        return rows[index]
    }

    /// The same row for the same number: for sets that are too large to be kept in memory.
    static func row(numbered number: Int) -> Row {
        var random = BenchmarkRandom(seed: UInt64(number))
        return row(number, &random)
    }

    private static func row(_ number: Int, _ random: inout BenchmarkRandom) -> Row {
        Row(
            id: identifier(number, &random),
            name: families[random.below(families.count)] + given[random.below(given.count)]
                + (random.below(3) == 0 ? "" : given[random.below(given.count)]),
            phone: "+861" + digits(30_000_000_00 + number * 7 % 69_999_999_99, 10),
            gender: random.below(2) == 0 ? "female" : "male",
            birthday:
                "\(1950 + random.below(60))-\(digits(1 + random.below(12), 2))-\(digits(1 + random.below(28), 2))",
            address: "\(cities[random.below(cities.count)])\(digits(random.below(900), 3))号店旁花园小区"
                + "\(1 + random.below(40))栋\(1 + random.below(30))0\(1 + random.below(8))室",
            homeBranch: String(random.below(100_000)), lastVisitAt: instant(&random))
    }

    /// As UUIDv7: 48 bits of time, then chance.
    private static func identifier(_ number: Int, _ random: inout BenchmarkRandom) -> RecordID {
        let time = UInt128(1_735_689_600_000 + UInt64(number) * 37) << 80
        let high = UInt128(0x7000 | random.next() & 0x0fff) << 64
        return RecordID(time | high | UInt128(0x8000_0000_0000_0000 | random.next() >> 2))
    }

    /// Some time of one day.
    private static func instant(_ random: inout BenchmarkRandom) -> String {
        ValueForm.instant(milliseconds: Parties.nowMilliseconds - UInt64(random.below(86_400_000)))
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static let families = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "欧阳"]
    private static let given = [
        "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超", "秀英", "霞", "平", "刚",
    ]
    private static let cities = ["上海市浦东新区", "北京市朝阳区", "广州市天河区", "成都市武侯区", "杭州市西湖区", "武汉市江汉区"]
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct BenchmarkRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
}
