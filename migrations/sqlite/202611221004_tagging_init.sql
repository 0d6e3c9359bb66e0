-- The taxonomy, its history, and the fact: a tagging by someone, at a time, on a conversation or passage.
CREATE TABLE tags (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  parent_ord INTEGER NOT NULL DEFAULT 0,
  canon_ord INTEGER NOT NULL,
  slug TEXT NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  source TEXT,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX tags_path ON tags (path) WHERE state <> 'merged';
CREATE INDEX tags_parent ON tags (parent_ord);
CREATE INDEX tags_canon ON tags (canon_ord);
-- field: label, definition, use, not_for.
CREATE TABLE tag_texts (
  tag_ord INTEGER NOT NULL,
  lang TEXT NOT NULL,
  field TEXT NOT NULL,
  text TEXT NOT NULL,
  source_rev INTEGER NOT NULL,
  PRIMARY KEY (tag_ord, lang, field)
) STRICT;
CREATE TABLE tag_aliases (
  tag_ord INTEGER NOT NULL,
  lang TEXT NOT NULL,
  text TEXT NOT NULL,
  text_fold TEXT NOT NULL,
  PRIMARY KEY (tag_ord, lang, text_fold)
) STRICT;
-- The catalogue at any seq is a fold of this log.
CREATE TABLE taxonomy_ops (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  by_staff BLOB,
  op TEXT NOT NULL,
  tag_ord INTEGER NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL
) STRICT;
CREATE TABLE taggings (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  tag_ord INTEGER NOT NULL,
  conversation_ord INTEGER NOT NULL,
  entry_ord INTEGER,
  passage_ord INTEGER,
  kind TEXT,
  origin TEXT NOT NULL,
  said_at INTEGER NOT NULL,
  tagged_at INTEGER NOT NULL,
  tagged_by BLOB,
  retracted_at INTEGER,
  retracted_by BLOB,
  person_ord INTEGER,
  team_ord INTEGER,
  account_ord INTEGER,
  door_ord INTEGER NOT NULL,
  channel TEXT NOT NULL,
  language TEXT,
  taxonomy_seq INTEGER NOT NULL
) STRICT;
CREATE INDEX taggings_conversation ON taggings (conversation_ord);
-- One living tagging for a tag on a place: the whole conversation (0) or a passage.
CREATE UNIQUE INDEX taggings_living ON taggings (tag_ord, conversation_ord, COALESCE(passage_ord, 0)) WHERE retracted_at IS NULL;
-- "Nothing to tag" is an answer, and enters denominators.
CREATE TABLE nothing_to_tag (
  id BLOB PRIMARY KEY,
  conversation_ord INTEGER NOT NULL,
  said_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_staff BLOB,
  retracted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX nothing_to_tag_living ON nothing_to_tag (conversation_ord) WHERE retracted_at IS NULL;
