-- Asks: one person's demand for one item, from taggings that match it or written down by one of us.
CREATE TABLE asks (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  item_id BLOB NOT NULL,
  -- As it was when it was made; the one it was merged into is found by its canon.
  person_ord INTEGER NOT NULL,
  account_ord INTEGER,
  -- taggings, hand
  origin TEXT NOT NULL,
  -- open, withdrawn
  state TEXT NOT NULL,
  because TEXT,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  conversations INTEGER NOT NULL,
  passages INTEGER NOT NULL,
  -- Where it was last said.
  conversation_ord INTEGER,
  pinned_at INTEGER,
  language TEXT,
  way_back TEXT,
  words TEXT,
  by_staff BLOB,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1,
  UNIQUE (item_id, person_ord)
) STRICT;
CREATE INDEX asks_person ON asks (person_ord);
CREATE INDEX asks_account ON asks (account_ord);
-- How far the asks have followed what was tagged: the number of an event, in one row.
CREATE TABLE asks_followed (
  one INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT;
