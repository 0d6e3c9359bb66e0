-- What helps those who answer: views of the inbox with a name, what they are told, who is looking, and prepared answers.
CREATE TABLE inbox_views (
  id BYTEA PRIMARY KEY,
  owner BYTEA NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  is_shared BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  rev BIGINT NOT NULL
);
CREATE INDEX inbox_views_owner ON inbox_views (owner);
-- kind: mention, assigned, said, woke. It holds no words: they are read where they stand.
CREATE TABLE notices (
  id BYTEA PRIMARY KEY,
  staff_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  conversation_ord BIGINT NOT NULL,
  entry_ord BIGINT,
  by_staff BYTEA,
  read_at BIGINT
);
CREATE INDEX notices_staff ON notices (staff_id, at);
CREATE INDEX notices_conversation ON notices (conversation_ord);
-- Who has a conversation open, until a moment soon; whoever is still there says so again.
CREATE TABLE presences (
  conversation_ord BIGINT NOT NULL,
  staff_id BYTEA NOT NULL,
  doing TEXT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (conversation_ord, staff_id)
);
-- Answers that are used again, in both languages, with places for names.
CREATE TABLE macros (
  id BYTEA PRIMARY KEY,
  owner BYTEA NOT NULL,
  name TEXT NOT NULL,
  text_ko TEXT NOT NULL,
  text_en TEXT NOT NULL,
  is_shared BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  rev BIGINT NOT NULL
);
CREATE INDEX macros_owner ON macros (owner);
