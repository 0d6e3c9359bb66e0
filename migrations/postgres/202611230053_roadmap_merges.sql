-- Two items that turned out to be one: the first leads to the second, and everything it held can be given back.
ALTER TABLE roadmap_items ADD COLUMN merged_into BYTEA;
CREATE TABLE item_merges (
  ord BIGINT PRIMARY KEY,
  from_id BYTEA NOT NULL,
  into_id BYTEA NOT NULL,
  -- What was moved, to be moved back: the key, tags, links, needs and asks.
  moved_json TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_staff BYTEA,
  undone_at BIGINT
);
CREATE INDEX item_merges_from ON item_merges (from_id);
CREATE INDEX item_merges_into ON item_merges (into_id);
