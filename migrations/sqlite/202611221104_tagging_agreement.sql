-- A random share of what was tagged is tagged again, blind, by somebody else. None of this enters counts.
CREATE TABLE double_codings (
  conversation_ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  -- The chance with which it was drawn, 0 to 1.
  probability REAL NOT NULL,
  sampled_at INTEGER NOT NULL,
  coded_at INTEGER,
  coded_by BLOB,
  decided_at INTEGER,
  decided_by BLOB
) STRICT;
-- side: first, second, decided. A coding without rows says that nothing fits.
CREATE TABLE double_coding_tags (
  conversation_ord INTEGER NOT NULL,
  side TEXT NOT NULL,
  tag_ord INTEGER NOT NULL,
  PRIMARY KEY (conversation_ord, side, tag_ord)
) STRICT;
CREATE INDEX nothing_to_tag_conversation ON nothing_to_tag (conversation_ord);
