-- Where the keys of domains may be asked for: a resolver that the owner named. Nobody is asked without one.
ALTER TABLE mailboxes ADD COLUMN resolver TEXT;
-- What the DNS said, as it said it, for as long as it said that this holds.
CREATE TABLE dkim_keys (
  name TEXT PRIMARY KEY,
  -- The TXT records as a list of texts; empty where there are none.
  records_json TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  good_until BIGINT NOT NULL
);
CREATE INDEX dkim_keys_until ON dkim_keys (good_until);
