-- Imports: what runs, how far it is, what it said. The cursor moves in the transaction of the rows it covers.
CREATE TABLE imports (
  id BYTEA PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  source TEXT NOT NULL,
  tags_mode TEXT NOT NULL,
  state TEXT NOT NULL,
  cursor_at BIGINT NOT NULL DEFAULT 0,
  total_bytes BIGINT NOT NULL DEFAULT 0,
  report_json TEXT NOT NULL DEFAULT '{}',
  error_key TEXT,
  blob_path TEXT,
  started_by BYTEA,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX imports_started ON imports (started_at);
CREATE TABLE import_skips (
  import_id BYTEA NOT NULL,
  position BIGINT NOT NULL,
  item TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw_ord BIGINT,
  PRIMARY KEY (import_id, position)
);
