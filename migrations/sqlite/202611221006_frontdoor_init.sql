-- Imports: what runs, how far it is, what it said. The cursor moves in the transaction of the rows it covers.
CREATE TABLE imports (
  id BLOB PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  source TEXT NOT NULL,
  tags_mode TEXT NOT NULL,
  state TEXT NOT NULL,
  cursor_at INTEGER NOT NULL DEFAULT 0,
  total_bytes INTEGER NOT NULL DEFAULT 0,
  report_json TEXT NOT NULL DEFAULT '{}',
  error_key TEXT,
  blob_path TEXT,
  started_by BLOB,
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX imports_started ON imports (started_at);
CREATE TABLE import_skips (
  import_id BLOB NOT NULL,
  position INTEGER NOT NULL,
  item TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw_ord INTEGER,
  PRIMARY KEY (import_id, position)
) STRICT;
