import GRDB
import Loyalty
import Replication

import struct Foundation.Data

/// The second version's tables: lots with the rights to them, what moved, and what headquarters declares.
enum LedgerSchema {
    static let tables = """
        ALTER TABLE lot RENAME TO lot_before;
        DROP INDEX lot_by_member;

        CREATE TABLE lot (
          id BLOB PRIMARY KEY CHECK (length(id) = 16),
          member BLOB,
          kind TEXT NOT NULL,
          wallet TEXT NOT NULL,
          issuer INTEGER NOT NULL,
          opened_on TEXT NOT NULL,
          available_on TEXT,
          expires_on TEXT,
          earned INTEGER NOT NULL CHECK (earned >= 0),
          received INTEGER NOT NULL CHECK (received >= 0),
          sent INTEGER NOT NULL CHECK (sent >= 0),
          refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND spent),
          spent INTEGER NOT NULL CHECK (spent >= 0),
          expired INTEGER NOT NULL CHECK (expired >= 0),
          clawed_back INTEGER NOT NULL CHECK (clawed_back >= 0),
          overdrawn INTEGER NOT NULL CHECK (overdrawn BETWEEN 0 AND spent)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX lot_by_member ON lot (member, wallet) WHERE member IS NOT NULL;
        CREATE INDEX lot_by_expiry ON lot (expires_on) WHERE expires_on IS NOT NULL;

        -- Who may spend how much of a lot; the hub is sixteen zero bytes.
        CREATE TABLE lot_right (
          lot BLOB NOT NULL CHECK (length(lot) = 16),
          holder BLOB NOT NULL CHECK (length(holder) = 16),
          amount INTEGER NOT NULL CHECK (amount > 0),
          PRIMARY KEY (lot, holder)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX lot_right_by_holder ON lot_right (holder);

        -- Every movement, in the order of the log. Lacking: what its holder had not.
        CREATE TABLE ledger (
          position INTEGER NOT NULL REFERENCES op (position),
          number INTEGER NOT NULL,
          kind TEXT NOT NULL,
          lot BLOB,
          from_holder BLOB,
          to_holder BLOB,
          member BLOB,
          wallet TEXT,
          amount INTEGER NOT NULL CHECK (amount > 0),
          lacking INTEGER NOT NULL CHECK (lacking BETWEEN 0 AND amount),
          PRIMARY KEY (position, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ledger_by_lot ON ledger (lot) WHERE lot IS NOT NULL;
        CREATE INDEX ledger_by_member ON ledger (member) WHERE member IS NOT NULL;
        CREATE INDEX ledger_lacking ON ledger (position) WHERE lacking > 0;

        CREATE TABLE debt (
          member BLOB NOT NULL,
          wallet TEXT NOT NULL,
          owed INTEGER NOT NULL CHECK (owed > 0),
          PRIMARY KEY (member, wallet)
        ) STRICT, WITHOUT ROWID;

        -- Business ids that have had their effect.
        CREATE TABLE business (
          id BLOB PRIMARY KEY CHECK (length(id) = 16),
          position INTEGER NOT NULL REFERENCES op (position)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE sale ADD COLUMN points INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sale ADD COLUMN cashier TEXT NOT NULL DEFAULT '';
        ALTER TABLE sale ADD COLUMN tier TEXT;
        ALTER TABLE sale ADD COLUMN is_released INTEGER NOT NULL DEFAULT 0;

        -- A sale whose receipt's number its till had given to another on that day, and the first of them.
        CREATE TABLE sale_again (
          sale INTEGER PRIMARY KEY REFERENCES sale (position),
          first INTEGER NOT NULL REFERENCES sale (position)
        ) STRICT;
        CREATE INDEX sale_again_by_first ON sale_again (first);
        CREATE INDEX sale_by_reference ON sale (node, business_date, till, reference) WHERE reference <> '';

        CREATE TABLE sale_share (
          sale INTEGER NOT NULL REFERENCES sale (position),
          line INTEGER NOT NULL,
          coupon_minor INTEGER NOT NULL,
          points_minor INTEGER NOT NULL,
          principal_minor INTEGER NOT NULL,
          bonus_minor INTEGER NOT NULL,
          points_earned INTEGER NOT NULL,
          growth_earned INTEGER NOT NULL,
          PRIMARY KEY (sale, line)
        ) STRICT, WITHOUT ROWID;

        -- How a sale, a refund or a top-up was paid.
        CREATE TABLE tender (
          position INTEGER NOT NULL REFERENCES op (position),
          number INTEGER NOT NULL,
          kind TEXT NOT NULL,
          amount_minor INTEGER NOT NULL,
          reference TEXT NOT NULL,
          PRIMARY KEY (position, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE refund (
          position INTEGER PRIMARY KEY REFERENCES op (position),
          id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
          sale BLOB NOT NULL,
          member BLOB,
          node INTEGER NOT NULL,
          till TEXT NOT NULL,
          cashier TEXT NOT NULL,
          reason TEXT NOT NULL,
          occurred_at INTEGER NOT NULL,
          business_date TEXT NOT NULL,
          net_minor INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX refund_by_sale ON refund (sale);

        CREATE TABLE refund_line (
          sale BLOB NOT NULL,
          line INTEGER NOT NULL,
          refund INTEGER NOT NULL REFERENCES refund (position),
          quantity_milli INTEGER NOT NULL,
          net_minor INTEGER NOT NULL,
          coupon_minor INTEGER NOT NULL,
          points_minor INTEGER NOT NULL,
          principal_minor INTEGER NOT NULL,
          bonus_minor INTEGER NOT NULL,
          points_earned INTEGER NOT NULL,
          growth_earned INTEGER NOT NULL,
          PRIMARY KEY (sale, line, refund)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE top_up (
          position INTEGER PRIMARY KEY REFERENCES op (position),
          id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
          node INTEGER NOT NULL,
          member BLOB NOT NULL,
          wallet TEXT NOT NULL,
          plan TEXT NOT NULL,
          plan_revision INTEGER NOT NULL,
          till TEXT NOT NULL,
          cashier TEXT NOT NULL,
          occurred_at INTEGER NOT NULL,
          business_date TEXT NOT NULL,
          principal_minor INTEGER NOT NULL,
          bonus_minor INTEGER NOT NULL
        ) STRICT;

        -- A correction by headquarters, a debt paid, lots that expired.
        CREATE TABLE booking (
          position INTEGER PRIMARY KEY REFERENCES op (position),
          id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
          cause TEXT NOT NULL,
          reference BLOB,
          author TEXT NOT NULL,
          reason TEXT NOT NULL,
          business_date TEXT NOT NULL
        ) STRICT;

        -- What headquarters declares, revision by revision.
        CREATE TABLE programme (
          category TEXT NOT NULL,
          code TEXT NOT NULL,
          revision INTEGER NOT NULL,
          position INTEGER NOT NULL REFERENCES op (position),
          PRIMARY KEY (category, code, revision)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE coupon (
          id BLOB PRIMARY KEY CHECK (length(id) = 16),
          definition TEXT NOT NULL,
          definition_revision INTEGER NOT NULL,
          member BLOB,
          code TEXT NOT NULL,
          valid_from TEXT NOT NULL,
          valid_to TEXT NOT NULL,
          uses INTEGER NOT NULL CHECK (uses > 0),
          home INTEGER NOT NULL,
          is_void INTEGER NOT NULL DEFAULT 0,
          is_closed INTEGER NOT NULL DEFAULT 0,
          position INTEGER NOT NULL REFERENCES op (position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX coupon_by_code ON coupon (code);
        CREATE INDEX coupon_by_member ON coupon (member) WHERE member IS NOT NULL;

        CREATE TABLE redemption (
          coupon BLOB NOT NULL,
          sale BLOB NOT NULL,
          position INTEGER NOT NULL REFERENCES op (position),
          mode TEXT NOT NULL,
          discount_minor INTEGER NOT NULL,
          is_undone INTEGER NOT NULL DEFAULT 0,
          PRIMARY KEY (coupon, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX redemption_by_sale ON redemption (sale);

        CREATE TABLE tier_change (
          position INTEGER PRIMARY KEY REFERENCES op (position),
          member BLOB NOT NULL,
          tier TEXT NOT NULL,
          until TEXT,
          is_provisional INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX tier_change_by_member ON tier_change (member);

        -- Kept by this replica alone. The hub: authorizations that it has denied, and must deny again.
        CREATE TABLE denial (
          authorization BLOB PRIMARY KEY CHECK (length(authorization) = 16),
          node INTEGER NOT NULL,
          code TEXT NOT NULL,
          at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- A node: authorizations that it has asked for and not yet seen the end of.
        CREATE TABLE intent (
          authorization BLOB PRIMARY KEY CHECK (length(authorization) = 16),
          sale BLOB NOT NULL,
          at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- A node: what the hub last said of a member's wallet.
        CREATE TABLE wallet_summary (
          member BLOB NOT NULL,
          wallet TEXT NOT NULL,
          balance INTEGER NOT NULL,
          owed INTEGER NOT NULL,
          hub_sequence INTEGER NOT NULL,
          at INTEGER NOT NULL,
          PRIMARY KEY (member, wallet)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE node ADD COLUMN lost_at INTEGER;
        ALTER TABLE node ADD COLUMN lost_because TEXT;

        """

    /// What sales had earned before lots had rights: all of it may be spent where it was earned.
    static func takeOverLots(in database: Database) throws {
        let own = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'role'")
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT op.position, op.public_body, actor.id, actor.node FROM op JOIN actor ON actor.key = op.actor
                WHERE op.kind = 'sale' AND coalesce(op.verdict, 'ok') IN
                  ('ok', 'flagged:clock_ahead', 'flagged:rule_mismatch', 'flagged:duplicate_sale')
                  AND (?1 = 'hub' OR actor.id = (SELECT value FROM meta WHERE key = 'actor'))
                ORDER BY op.position
                """, arguments: [own])
        while let row = try rows.next() {
            let position: Int64 = row[0]
            let sale = try Sale(publicBody: Array(row[1] as Data))
            let actor = ActorID(UInt128(bigEndianBytes: row[2] as Data))
            for (number, lot) in sale.lots(madeBy: actor, of: NodeID(row[3])).enumerated() {
                let holder: RightsHolder = NodeID(row[3]) == .hub ? .hub : .actor(actor)
                try takeOver(lot.terms, lot.accrual.amount, heldBy: holder, at: position, number + 1, in: database)
            }
        }
        try database.execute(
            sql: """
                INSERT INTO sale_again SELECT position, first FROM (
                  SELECT position, min(position) OVER (PARTITION BY node, business_date, till, reference) AS first
                  FROM sale WHERE reference <> '') WHERE first < position;
                UPDATE sale SET points = coalesce(
                  (SELECT earned FROM lot_before WHERE lot_before.sale = sale.position), 0);
                DROP VIEW sales;
                DROP VIEW points;
                DROP TABLE lot_before;
                """)
    }

    private static func takeOver(
        _ terms: LotTerms, _ amount: Int64, heldBy holder: RightsHolder, at position: Int64, _ number: Int,
        in database: Database
    ) throws {
        let (lot, holder) = (Data(terms.id.value.bigEndianBytes), Data(holder.value.bigEndianBytes))
        try database.execute(
            sql: "INSERT INTO lot VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, ?, 0, 0, 0, 0, 0, 0, 0)",
            arguments: [
                lot, terms.member.map { Data($0.value.bigEndianBytes) }, terms.kind.rawValue, terms.wallet,
                terms.issuer.value, terms.openedOn.text, amount,
            ])
        try database.execute(sql: "INSERT INTO lot_right VALUES (?, ?, ?)", arguments: [lot, holder, amount])
        try database.execute(
            sql: "INSERT INTO ledger VALUES (?, ?, 'earn', ?, NULL, ?, NULL, NULL, ?, 0)",
            arguments: [position, number, lot, holder, amount])
    }
}
