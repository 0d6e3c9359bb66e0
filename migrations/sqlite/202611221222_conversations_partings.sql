-- What one of us did to join two conversations or to part one, kept so that it can be taken back. kept_json holds how
-- both were before, as each room that has rows of them says; it goes when words of either are erased.
CREATE TABLE partings (
  id BLOB PRIMARY KEY,
  -- joined: all of from_ord went into into_ord. parted: some of from_ord became into_ord.
  kind TEXT NOT NULL,
  from_ord INTEGER NOT NULL,
  into_ord INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_staff BLOB,
  kept_json TEXT NOT NULL,
  undone_at INTEGER
) STRICT;
CREATE INDEX partings_into ON partings (into_ord);
