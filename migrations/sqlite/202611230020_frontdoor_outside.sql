-- What everybody may see of the roadmap, how it looks, and where customers reach it. One row; off until switched on.
CREATE TABLE outside_page (
  one INTEGER PRIMARY KEY,
  is_on INTEGER NOT NULL,
  -- Empty: the name of the house.
  name TEXT NOT NULL,
  -- #27705f
  colour TEXT NOT NULL,
  -- Where customers reach it, if not by the public address: https://roadmap.soban.example
  address TEXT,
  shows_counts INTEGER NOT NULL,
  takes_wishes INTEGER NOT NULL,
  -- By which door comes in what visitors and customers write; its mailbox sends what they are asked to confirm.
  door_ord INTEGER,
  rev INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  by_staff BLOB
) STRICT;
CREATE TABLE outside_items (
  item_id BLOB PRIMARY KEY,
  is_public INTEGER NOT NULL,
  published_at INTEGER,
  rev INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  by_staff BLOB
) STRICT;
-- field: title, problem, news. Never the texts we write for ourselves.
CREATE TABLE outside_texts (
  item_id BLOB NOT NULL,
  lang TEXT NOT NULL,
  field TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (item_id, lang, field)
) STRICT;
-- Shown only while the person who said it allows it.
CREATE TABLE outside_quotes (
  item_id BLOB NOT NULL,
  passage_ord INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (item_id, passage_ord)
) STRICT;
-- “Tell me when”: what a visitor left, until they prove the address. Then it is an ask, and nothing of it stays here.
CREATE TABLE wishes (
  id BLOB PRIMARY KEY,
  item_id BLOB NOT NULL,
  email TEXT NOT NULL,
  -- By which they are counted.
  email_fold TEXT NOT NULL,
  words TEXT NOT NULL,
  language TEXT NOT NULL,
  -- The network it came from.
  place TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  mailed_at INTEGER,
  proved_at INTEGER,
  person_ord INTEGER
) STRICT;
CREATE INDEX wishes_place ON wishes (place, asked_at);
CREATE INDEX wishes_email ON wishes (email_fold, asked_at);
CREATE INDEX wishes_asked ON wishes (asked_at);
-- How often the addresses of a person's own page were taken back: those signed before are good no more.
CREATE TABLE person_pages (
  person_ord INTEGER PRIMARY KEY,
  taken_back INTEGER NOT NULL
) STRICT;
