import GRDB

/// Where in the hub's log everything is for the whole chain, from a first place to a last one: an index of such
/// operations that takes one row for as many as come together.
struct ChainStretches: Equatable {
    struct Stretch: Equatable {
        let first: Int64
        let last: Int64
    }

    private var latest: Stretch?
    /// Those that the file does not have as they are; ascending.
    private var unsaved: [Stretch] = []

    init(in database: Database) throws {
        latest = try Row.fetchOne(database, sql: "SELECT first, last FROM chain_stretch ORDER BY first DESC LIMIT 1")
            .map { Stretch(first: $0[0], last: $0[1]) }
    }

    mutating func extend(to place: Int64) {
        var stretch = Stretch(first: place, last: place)
        if let latest, latest.last == place - 1 {
            stretch = Stretch(first: latest.first, last: place)
            if !unsaved.isEmpty { unsaved.removeLast() }
        }
        latest = stretch
        unsaved.append(stretch)
    }

    mutating func takeUnsaved() -> [Stretch] {
        defer { unsaved = [] }
        return unsaved
    }

    /// Operations for the whole chain behind place `?1`, in the order of the log; `chain_stretch` and `op`. Without an
    /// index, or SQLite would make one of the whole log first.
    static let operationsAfter = """
        chain_stretch CROSS JOIN op NOT INDEXED
          ON op.position BETWEEN max(chain_stretch.first, ?1 + 1) AND chain_stretch.last
        WHERE chain_stretch.first >= coalesce((SELECT max(first) FROM chain_stretch WHERE first <= ?1), 0)
        """
    static let order = "ORDER BY chain_stretch.first, op.position"
}
