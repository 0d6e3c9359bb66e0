-- The morning page of each of us: what they want, what stood on it, and the mails it went out in.
CREATE TABLE digest_settings (
  staff_id BYTEA PRIMARY KEY,
  settings_json TEXT NOT NULL,
  -- When the next mail is due; nothing where none is wanted.
  next_at BIGINT,
  week_next_at BIGINT,
  rev BIGINT NOT NULL
);
CREATE INDEX digest_settings_next ON digest_settings (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX digest_settings_week ON digest_settings (week_next_at) WHERE week_next_at IS NOT NULL;
-- day: days since 1970-01-01 in the reader's zone. heard: messages of customers it was chosen from.
CREATE TABLE digests (
  staff_id BYTEA NOT NULL,
  day BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  since BIGINT NOT NULL,
  heard BIGINT NOT NULL,
  PRIMARY KEY (staff_id, day)
);
-- why: new, rising, chance. Nobody gets the same words twice.
CREATE TABLE digest_passages (
  id BYTEA PRIMARY KEY,
  staff_id BYTEA NOT NULL,
  day BIGINT NOT NULL,
  position BIGINT NOT NULL,
  entry_ord BIGINT NOT NULL,
  passage_ord BIGINT,
  why TEXT NOT NULL,
  tag_ord BIGINT,
  answer_ord BIGINT,
  answered_at BIGINT
);
CREATE UNIQUE INDEX digest_passages_place ON digest_passages (staff_id, day, position);
CREATE UNIQUE INDEX digest_passages_once ON digest_passages (staff_id, entry_ord);
CREATE INDEX digest_passages_entry ON digest_passages (entry_ord);
-- what: morning, week. state: sending, sent, refused, nothing (to tell), no_mailbox.
CREATE TABLE digest_mails (
  staff_id BYTEA NOT NULL,
  what TEXT NOT NULL,
  day BIGINT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  answer TEXT,
  PRIMARY KEY (staff_id, what, day)
);
