-- What belongs to a person: who was erased, what they allow, and whose mail is kept aside.
-- Ids only. After a backup is restored, everybody in here is erased anew.
CREATE TABLE erasures (
  person_id BYTEA PRIMARY KEY,
  erased_at BIGINT NOT NULL,
  erased_by TEXT NOT NULL
);
-- What somebody allows: news, quotes. Each saying is a row with its source; the newest counts.
CREATE TABLE consents (
  id BYTEA PRIMARY KEY,
  person_ord BIGINT NOT NULL,
  kind TEXT NOT NULL,
  is_given BOOLEAN NOT NULL,
  source TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by TEXT NOT NULL
);
CREATE INDEX consents_person ON consents (person_ord, kind, said_at);
-- kind: address, domain.
CREATE TABLE blocked_senders (
  id BYTEA PRIMARY KEY,
  kind TEXT NOT NULL,
  value TEXT NOT NULL UNIQUE,
  why TEXT,
  blocked_at BIGINT NOT NULL,
  blocked_by TEXT NOT NULL
);
