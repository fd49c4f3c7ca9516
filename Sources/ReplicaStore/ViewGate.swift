import GRDBSQLite

/// Lets a statement read the views, and through a view what the view reads; nothing else.
///
/// What a view reads is learned by asking for all of it. A name that shadows a view (`WITH sales AS …`) can therefore
/// read what the view itself is made of, and no more: no view is made of anything secret.
final class ViewGate {
    struct Read: Hashable {
        /// The view, or the name inside it, in whose place the table is read; empty for the statement itself.
        let context: String
        let table: String
        /// Empty where only the rows count.
        let column: String
    }

    private enum Phase { case setUp, learning, guarding }

    let views: Set<String>
    /// All that is there by itself.
    private let tables: Set<String>
    private(set) var reads: Set<Read> = []
    /// What the statement wanted and may not have.
    private(set) var refusal: String?
    private var phase = Phase.setUp
    /// Tables behind the views that this statement has named.
    private var opened: Set<String> = []

    init(views: [String], tables: [String]) {
        self.views = Set(views.map { $0.lowercased() })
        self.tables = Set(tables)
    }

    func install(on connection: OpaquePointer) {
        sqlite3_set_authorizer(
            connection,
            { context, action, first, second, _, place in
                guard let context else { return SQLITE_DENY }
                let gate = Unmanaged<ViewGate>.fromOpaque(context).takeUnretainedValue()
                return gate.allows(action, ViewGate.text(first), ViewGate.text(second), in: ViewGate.text(place))
                    ? SQLITE_OK : SQLITE_DENY
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func learn() { phase = .learning }

    func guardFromNowOn() { phase = .guarding }

    private static func text(_ start: UnsafePointer<CChar>?) -> String {
        start.map { String(cString: $0).lowercased() } ?? ""
    }

    private func allows(_ action: Int32, _ first: String, _ second: String, in context: String) -> Bool {
        switch phase {
        case .setUp: return true
        case .learning:
            if action == SQLITE_READ, !context.isEmpty {
                reads.insert(Read(context: context, table: first, column: second))
            }
            return true
        case .guarding:
            let isAllowed = isAllowed(action, first, second, in: context)
            if !isAllowed { refusal = refusal ?? (action == SQLITE_READ ? first : "") }
            return isAllowed
        }
    }

    private func isAllowed(_ action: Int32, _ first: String, _ second: String, in context: String) -> Bool {
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: true
        case SQLITE_FUNCTION: second != "load_extension"
        case SQLITE_READ: mayRead(first, second, in: context)
        default: false
        }
    }

    private func mayRead(_ table: String, _ column: String, in context: String) -> Bool {
        if views.contains(table) || Self.functions.contains(table) { return true }
        // SQLite looks up a table-valued function in its own list of tables.
        if table == "sqlite_master" { return column == "rowid" }
        guard !column.isEmpty else { return opened.contains(table) || isMadeUp(table) }
        guard reads.contains(Read(context: context, table: table, column: column)) else { return false }
        opened.insert(table)
        return true
    }

    /// A name that the statement has given to a part of itself, of which it only counts the rows.
    private func isMadeUp(_ name: String) -> Bool {
        !tables.contains(name) && !name.hasPrefix("pragma_") && !name.hasPrefix("sqlite_")
    }

    static let functions: Set = ["json_each", "json_tree"]
}
