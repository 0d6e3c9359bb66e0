-- The store's own tables: events in commit order, counters, jobs, raw input, blobs, the search index.
CREATE TABLE outbox_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_head (id, seq) VALUES (1, 0);
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  payload_json TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_at ON outbox (at);
-- The last ord given out for each noun; never goes down.
CREATE TABLE ords (
  noun TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE jobs (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  dedupe_key TEXT,
  payload_json TEXT NOT NULL,
  run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  leased_until INTEGER,
  leased_by TEXT,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX jobs_dedupe ON jobs (kind, dedupe_key) WHERE state = 'pending' AND dedupe_key IS NOT NULL;
CREATE INDEX jobs_ready ON jobs (run_at) WHERE state = 'pending';
CREATE INDEX jobs_running ON jobs (leased_until) WHERE state = 'running';
CREATE INDEX jobs_dead ON jobs (changed_at) WHERE state = 'dead';
-- What came in, byte for byte: deflated here when small, in the blob folder when large.
CREATE TABLE raws (
  ord INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  body BLOB,
  blob_hash TEXT,
  conversation_ord INTEGER,
  person_ord INTEGER,
  kept_at INTEGER NOT NULL
) STRICT;
CREATE INDEX raws_conversation ON raws (conversation_ord) WHERE conversation_ord IS NOT NULL;
CREATE INDEX raws_person ON raws (person_ord) WHERE person_ord IS NOT NULL;
-- The files of the blob folder; one that nothing refers to any more goes a week later.
CREATE TABLE blobs (
  hash TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  refs INTEGER NOT NULL,
  unused_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX blobs_unused ON blobs (unused_since) WHERE unused_since IS NOT NULL;
-- Backups that are being taken: while one is, no blob goes.
CREATE TABLE backups_running (
  id BLOB PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- rowid = the entry's ord. The tokens are ours: folded words, and pairs of letters.
CREATE VIRTUAL TABLE search_entries USING fts5(words, grams, content = '', contentless_delete = 1, tokenize = "ascii");
-- rowid = ord * 8 + noun.
CREATE VIRTUAL TABLE search_names USING fts5(words, grams, content = '', contentless_delete = 1, tokenize = "ascii");
