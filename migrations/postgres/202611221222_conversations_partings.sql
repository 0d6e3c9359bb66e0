-- What one of us did to join two conversations or to part one, kept so that it can be taken back. kept_json holds how
-- both were before, as each room that has rows of them says; it goes when words of either are erased.
CREATE TABLE partings (
  id BYTEA PRIMARY KEY,
  -- joined: all of from_ord went into into_ord. parted: some of from_ord became into_ord.
  kind TEXT NOT NULL,
  from_ord BIGINT NOT NULL,
  into_ord BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_staff BYTEA,
  kept_json TEXT NOT NULL,
  undone_at BIGINT
);
CREATE INDEX partings_into ON partings (into_ord);
