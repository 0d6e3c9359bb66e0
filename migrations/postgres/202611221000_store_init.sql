-- The store's own tables: events in commit order, counters, jobs, raw input, blobs, the search index.
CREATE TABLE outbox_head (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  seq BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO outbox_head (id, seq) VALUES (1, 0);
CREATE TABLE outbox (
  seq BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  payload_json TEXT NOT NULL
);
CREATE INDEX outbox_at ON outbox (at);
-- The last ord given out for each noun; never goes down.
CREATE TABLE ords (
  noun TEXT PRIMARY KEY,
  last BIGINT NOT NULL
) WITH (fillfactor = 10);
CREATE TABLE jobs (
  id BYTEA PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  dedupe_key TEXT,
  payload_json TEXT NOT NULL,
  run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  leased_until BIGINT,
  leased_by TEXT,
  last_error TEXT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_dedupe ON jobs (kind, dedupe_key) WHERE state = 'pending' AND dedupe_key IS NOT NULL;
CREATE INDEX jobs_ready ON jobs (run_at) WHERE state = 'pending';
CREATE INDEX jobs_running ON jobs (leased_until) WHERE state = 'running';
CREATE INDEX jobs_dead ON jobs (changed_at) WHERE state = 'dead';
-- What came in, byte for byte: deflated here when small, in the blob folder when large.
CREATE TABLE raws (
  ord BIGINT PRIMARY KEY,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  body BYTEA,
  blob_hash TEXT,
  conversation_ord BIGINT,
  person_ord BIGINT,
  kept_at BIGINT NOT NULL
);
-- The bodies are deflated already.
ALTER TABLE raws ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX raws_conversation ON raws (conversation_ord) WHERE conversation_ord IS NOT NULL;
CREATE INDEX raws_person ON raws (person_ord) WHERE person_ord IS NOT NULL;
-- The files of the blob folder; one that nothing refers to any more goes a week later.
CREATE TABLE blobs (
  hash TEXT PRIMARY KEY,
  bytes BIGINT NOT NULL,
  refs BIGINT NOT NULL,
  unused_since BIGINT
);
CREATE INDEX blobs_unused ON blobs (unused_since) WHERE unused_since IS NOT NULL;
-- Backups that are being taken: while one is, no blob goes.
CREATE TABLE backups_running (
  id BYTEA PRIMARY KEY,
  until BIGINT NOT NULL
);
-- ord = the entry's ord. The tokens are ours: folded words (weight A), and pairs of letters (weight B).
CREATE TABLE search_entries (
  ord BIGINT PRIMARY KEY,
  terms TSVECTOR NOT NULL
);
CREATE INDEX search_entries_terms ON search_entries USING gin (terms);
-- ord = ord * 8 + noun.
CREATE TABLE search_names (
  ord BIGINT PRIMARY KEY,
  terms TSVECTOR NOT NULL
);
CREATE INDEX search_names_terms ON search_names USING gin (terms);
