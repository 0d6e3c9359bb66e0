-- What helps those who answer: views of the inbox with a name, what they are told, who is looking, and prepared answers.
CREATE TABLE inbox_views (
  id BLOB PRIMARY KEY,
  owner BLOB NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  is_shared INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  rev INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_views_owner ON inbox_views (owner);
-- kind: mention, assigned, said, woke. It holds no words: they are read where they stand.
CREATE TABLE notices (
  id BLOB PRIMARY KEY,
  staff_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  conversation_ord INTEGER NOT NULL,
  entry_ord INTEGER,
  by_staff BLOB,
  read_at INTEGER
) STRICT;
CREATE INDEX notices_staff ON notices (staff_id, at);
CREATE INDEX notices_conversation ON notices (conversation_ord);
-- Who has a conversation open, until a moment soon; whoever is still there says so again.
CREATE TABLE presences (
  conversation_ord INTEGER NOT NULL,
  staff_id BLOB NOT NULL,
  doing TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (conversation_ord, staff_id)
) STRICT, WITHOUT ROWID;
-- Answers that are used again, in both languages, with places for names.
CREATE TABLE macros (
  id BLOB PRIMARY KEY,
  owner BLOB NOT NULL,
  name TEXT NOT NULL,
  text_ko TEXT NOT NULL,
  text_en TEXT NOT NULL,
  is_shared INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  rev INTEGER NOT NULL
) STRICT;
CREATE INDEX macros_owner ON macros (owner);
