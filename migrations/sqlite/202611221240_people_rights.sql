-- What belongs to a person: who was erased, what they allow, and whose mail is kept aside.
-- Ids only. After a backup is restored, everybody in here is erased anew.
CREATE TABLE erasures (
  person_id BLOB PRIMARY KEY,
  erased_at INTEGER NOT NULL,
  erased_by TEXT NOT NULL
) STRICT;
-- What somebody allows: news, quotes. Each saying is a row with its source; the newest counts.
CREATE TABLE consents (
  id BLOB PRIMARY KEY,
  person_ord INTEGER NOT NULL,
  kind TEXT NOT NULL,
  is_given INTEGER NOT NULL,
  source TEXT NOT NULL,
  said_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL
) STRICT;
CREATE INDEX consents_person ON consents (person_ord, kind, said_at);
-- kind: address, domain.
CREATE TABLE blocked_senders (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  value TEXT NOT NULL UNIQUE,
  why TEXT,
  blocked_at INTEGER NOT NULL,
  blocked_by TEXT NOT NULL
) STRICT;
