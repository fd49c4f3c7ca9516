import GRDB

/// The tables. Migrations are only ever added; a test opens a database of every earlier version.
enum Schema {
    /// "Brnl": tells our files from any other SQLite database.
    static let applicationID = 0x4272_6E6C

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: log + records + books + roster)
            try database.execute(sql: Views.version1)
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: LedgerSchema.tables)
            try LedgerSchema.takeOverLots(in: database)
            try database.execute(sql: Views.version2 + Views.books)
        }
        migrator.registerMigration("3") { database in
            try database.execute(sql: BranchAccountSchema.tables + Views.version3)
        }
        migrator.registerMigration("4", migrate: StretchSchema.migrate)
        return migrator
    }

    static let latest = "4"

    /// Every table, index and view, by name and text.
    static func objects(in database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: "SELECT format('%s %s %s %s', type, name, tbl_name, sql) FROM sqlite_schema ORDER BY type, name")
    }

    static let objectsOfLatest = Result<[String], any Error> { try ReplicaStore.emptyInMemory.get().read(objects) }

    /// What is appended and never rewritten, but for the hub's stamp on a node's own operations.
    private static let log = """
        CREATE TABLE meta (
          key TEXT PRIMARY KEY,
          value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE actor (
          key INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
          node INTEGER NOT NULL CHECK (node >= 0),
          last_sequence INTEGER NOT NULL CHECK (last_sequence >= 0),
          chain BLOB NOT NULL CHECK (length(chain) = 32),
          acknowledged_sequence INTEGER NOT NULL DEFAULT 0,
          acknowledged_chain BLOB NOT NULL DEFAULT (zeroblob(32)) CHECK (length(acknowledged_chain) = 32)
        ) STRICT;

        -- position: at the hub the place in its log, at a node the order of arrival.
        CREATE TABLE op (
          position INTEGER PRIMARY KEY,
          actor INTEGER NOT NULL REFERENCES actor (key),
          sequence INTEGER NOT NULL CHECK (sequence > 0),
          time INTEGER NOT NULL,
          observed TEXT NOT NULL,
          audience TEXT NOT NULL,
          kind TEXT NOT NULL,
          public_body BLOB NOT NULL,
          salt BLOB CHECK (length(salt) = 16),
          personal_body BLOB,
          hub_sequence INTEGER,
          effective_time INTEGER,
          verdict TEXT,
          CHECK ((salt IS NULL) = (personal_body IS NULL)),
          CHECK ((hub_sequence IS NULL) = (verdict IS NULL) AND (verdict IS NULL) = (effective_time IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX op_by_dot ON op (actor, sequence);
        CREATE INDEX op_to_chain ON op (position) WHERE audience = 'chain';
        CREATE INDEX op_to_named ON op (position) WHERE audience NOT IN ('chain', 'hub');
        CREATE INDEX op_judged ON op (position) WHERE verdict <> 'ok';

        """

    /// What lives: one row a record, the clocks packed beside the values that are shown.
    private static let records = """
        CREATE TABLE member (
          id BLOB PRIMARY KEY CHECK (length(id) = 16),
          name TEXT, phone TEXT, birthday TEXT, email TEXT, gender TEXT, address TEXT, remark TEXT,
          home_branch TEXT, joined_at TEXT, joined_branch TEXT, last_visit_at TEXT,
          marketing_consent TEXT, frozen TEXT, life TEXT,
          contested INTEGER NOT NULL DEFAULT 0,
          clocks BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX member_contested ON member (contested) WHERE contested <> 0;

        CREATE TABLE member_tag (
          tag TEXT NOT NULL,
          member BLOB NOT NULL,
          PRIMARY KEY (tag, member)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE member_identity (
          kind TEXT NOT NULL,
          key BLOB NOT NULL CHECK (length(key) = 16),
          member BLOB NOT NULL,
          PRIMARY KEY (kind, key, member)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE member_link (
          a BLOB NOT NULL,
          b BLOB NOT NULL CHECK (a <> b),
          PRIMARY KEY (a, b)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX member_link_back ON member_link (b, a);

        CREATE TABLE digest (
          bucket INTEGER PRIMARY KEY CHECK (bucket BETWEEN 0 AND 255),
          sum BLOB NOT NULL CHECK (length(sum) = 16)
        ) STRICT;

        """

    private static let books = """
        CREATE TABLE sale (
          position INTEGER PRIMARY KEY REFERENCES op (position),
          id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
          node INTEGER NOT NULL,
          member BLOB,
          till TEXT NOT NULL,
          reference TEXT NOT NULL,
          occurred_at INTEGER NOT NULL,
          business_date TEXT NOT NULL,
          net_minor INTEGER NOT NULL,
          rule_revision INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sale_by_member ON sale (member, position) WHERE member IS NOT NULL;

        CREATE TABLE sale_line (
          sale INTEGER NOT NULL REFERENCES sale (position),
          line INTEGER NOT NULL,
          product TEXT NOT NULL,
          quantity_milli INTEGER NOT NULL,
          net_minor INTEGER NOT NULL,
          discount_minor INTEGER NOT NULL,
          PRIMARY KEY (sale, line)
        ) STRICT, WITHOUT ROWID;

        -- One earn lot for each sale that earned points.
        CREATE TABLE lot (
          sale INTEGER PRIMARY KEY REFERENCES sale (position),
          member BLOB NOT NULL,
          node INTEGER NOT NULL,
          earned INTEGER NOT NULL CHECK (earned > 0),
          earned_on TEXT NOT NULL
        ) STRICT;
        CREATE INDEX lot_by_member ON lot (member);

        CREATE TABLE decision (
          case_id BLOB PRIMARY KEY CHECK (length(case_id) = 16),
          outcome TEXT NOT NULL,
          author TEXT NOT NULL,
          reason TEXT NOT NULL,
          position INTEGER NOT NULL REFERENCES op (position)
        ) STRICT, WITHOUT ROWID;

        """

    private static let roster = """
        CREATE TABLE node (
          id INTEGER PRIMARY KEY CHECK (id >= 0),
          branch_code TEXT NOT NULL,
          branch_name TEXT NOT NULL,
          public_key BLOB NOT NULL,
          joined_at INTEGER NOT NULL,
          revoked_at INTEGER,
          revoked_because TEXT,
          certificate_expires_at INTEGER,
          last_seen_at INTEGER,
          applied_position INTEGER NOT NULL DEFAULT 0,
          clock_ahead_milliseconds INTEGER,
          software TEXT
        ) STRICT;

        CREATE TABLE invitation (
          token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
          branch_code TEXT NOT NULL,
          branch_name TEXT NOT NULL,
          expires_at INTEGER NOT NULL,
          used_by INTEGER REFERENCES node (id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE till (
          name TEXT PRIMARY KEY,
          token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
          added_at INTEGER NOT NULL,
          revoked_at INTEGER
        ) STRICT;

        -- What should never happen and did: kept for whoever has to find out why.
        CREATE TABLE incident (
          number INTEGER PRIMARY KEY,
          at INTEGER NOT NULL,
          kind TEXT NOT NULL,
          detail TEXT NOT NULL
        ) STRICT;

        """
}
