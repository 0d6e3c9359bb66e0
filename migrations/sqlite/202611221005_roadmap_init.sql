-- Roadmap items: a problem worth solving, with the tags that say who needs it.
CREATE TABLE roadmap_items (
  id BLOB PRIMARY KEY,
  item_key TEXT UNIQUE,
  status TEXT NOT NULL,
  half TEXT,
  owner TEXT,
  owner_staff BLOB,
  effort_low REAL,
  effort_high REAL,
  position REAL NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  status_at INTEGER NOT NULL,
  removed_at INTEGER,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
-- field: title, problem.
CREATE TABLE roadmap_item_texts (
  item_id BLOB NOT NULL,
  lang TEXT NOT NULL,
  field TEXT NOT NULL,
  text TEXT NOT NULL,
  source_rev INTEGER NOT NULL,
  PRIMARY KEY (item_id, lang, field)
) STRICT;
-- kinds: empty for every kind, otherwise names joined by commas.
CREATE TABLE roadmap_item_tags (
  item_id BLOB NOT NULL,
  tag_ord INTEGER NOT NULL,
  mode TEXT NOT NULL,
  subtree INTEGER NOT NULL,
  kinds TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (item_id, tag_ord, mode)
) STRICT;
CREATE INDEX roadmap_item_tags_tag ON roadmap_item_tags (tag_ord);
CREATE TABLE roadmap_item_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  by_staff BLOB,
  what TEXT NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL
) STRICT;
CREATE INDEX roadmap_item_log_item ON roadmap_item_log (item_id, seq);
