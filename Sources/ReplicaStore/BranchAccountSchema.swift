/// The third version's tables: what branches bear.
enum BranchAccountSchema {
    static let tables = """
        -- What a person has charged a branch with, line by line of the booking.
        CREATE TABLE branch_charge (
          position INTEGER NOT NULL REFERENCES booking (position),
          number INTEGER NOT NULL,
          node INTEGER NOT NULL CHECK (node > 0),
          item TEXT NOT NULL,
          code TEXT NOT NULL,
          amount INTEGER NOT NULL CHECK (amount > 0),
          sale BLOB,
          PRIMARY KEY (position, number)
        ) STRICT, WITHOUT ROWID;

        -- The same as sums.
        CREATE TABLE branch_account (
          node INTEGER NOT NULL,
          item TEXT NOT NULL,
          code TEXT NOT NULL,
          charged INTEGER NOT NULL CHECK (charged > 0),
          PRIMARY KEY (node, item, code)
        ) STRICT, WITHOUT ROWID;

        """
}
