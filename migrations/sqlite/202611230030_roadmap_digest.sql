-- The morning page of each of us: what they want, what stood on it, and the mails it went out in.
CREATE TABLE digest_settings (
  staff_id BLOB PRIMARY KEY,
  settings_json TEXT NOT NULL,
  -- When the next mail is due; nothing where none is wanted.
  next_at INTEGER,
  week_next_at INTEGER,
  rev INTEGER NOT NULL
) STRICT;
CREATE INDEX digest_settings_next ON digest_settings (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX digest_settings_week ON digest_settings (week_next_at) WHERE week_next_at IS NOT NULL;
-- day: days since 1970-01-01 in the reader's zone. heard: messages of customers it was chosen from.
CREATE TABLE digests (
  staff_id BLOB NOT NULL,
  day INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  since INTEGER NOT NULL,
  heard INTEGER NOT NULL,
  PRIMARY KEY (staff_id, day)
) STRICT;
-- why: new, rising, chance. Nobody gets the same words twice.
CREATE TABLE digest_passages (
  id BLOB PRIMARY KEY,
  staff_id BLOB NOT NULL,
  day INTEGER NOT NULL,
  position INTEGER NOT NULL,
  entry_ord INTEGER NOT NULL,
  passage_ord INTEGER,
  why TEXT NOT NULL,
  tag_ord INTEGER,
  answer_ord INTEGER,
  answered_at INTEGER
) STRICT;
CREATE UNIQUE INDEX digest_passages_place ON digest_passages (staff_id, day, position);
CREATE UNIQUE INDEX digest_passages_once ON digest_passages (staff_id, entry_ord);
CREATE INDEX digest_passages_entry ON digest_passages (entry_ord);
-- what: morning, week. state: sending, sent, refused, nothing (to tell), no_mailbox.
CREATE TABLE digest_mails (
  staff_id BLOB NOT NULL,
  what TEXT NOT NULL,
  day INTEGER NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  answer TEXT,
  PRIMARY KEY (staff_id, what, day)
) STRICT;
