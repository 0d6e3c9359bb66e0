-- Those who use Sarangbang: staff, their sessions, tokens, invitations; settings; the audit log.
CREATE TABLE staff (
  id BLOB PRIMARY KEY,
  email TEXT NOT NULL,
  email_fold TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  ui TEXT NOT NULL,
  password_hash TEXT,
  prefs_json TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER,
  removed_at INTEGER,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE staff_teams (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE staff_team_members (
  staff_team_id INTEGER NOT NULL,
  staff_id BLOB NOT NULL,
  PRIMARY KEY (staff_team_id, staff_id)
) STRICT;
-- The token of a session or of the API is never kept, only its BLAKE3 hash.
CREATE TABLE sessions (
  token_hash BLOB PRIMARY KEY,
  staff_id BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  user_agent TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX sessions_staff ON sessions (staff_id);
CREATE TABLE api_tokens (
  id BLOB PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  staff_id BLOB NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE TABLE invitations (
  id BLOB PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  invited_by BLOB,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  accepted_at INTEGER,
  revoked_at INTEGER
) STRICT;
-- Failed attempts, by what was tried (an address, an e-mail): the rate limit works over nodes.
CREATE TABLE attempts (
  subject TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_subject ON attempts (subject, at);
CREATE TABLE idempotency_keys (
  actor TEXT NOT NULL,
  idem_key TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  response TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (actor, idem_key)
) STRICT;
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value_json TEXT NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1,
  changed_at INTEGER NOT NULL,
  changed_by BLOB
) STRICT;
CREATE TABLE audit_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  staff_id BLOB,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail_json TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_at ON audit_log (at);
