-- Two items that turned out to be one: the first leads to the second, and everything it held can be given back.
ALTER TABLE roadmap_items ADD COLUMN merged_into BLOB;
CREATE TABLE item_merges (
  ord INTEGER PRIMARY KEY,
  from_id BLOB NOT NULL,
  into_id BLOB NOT NULL,
  -- What was moved, to be moved back: the key, tags, links, needs and asks.
  moved_json TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_staff BLOB,
  undone_at INTEGER
) STRICT;
CREATE INDEX item_merges_from ON item_merges (from_id);
CREATE INDEX item_merges_into ON item_merges (into_id);
