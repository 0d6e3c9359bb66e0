-- Issue trackers that may tell us how far an issue is: whoever signs with the secret.
CREATE TABLE trackers (
  id BYTEA PRIMARY KEY,
  name TEXT NOT NULL,
  -- github, linear, jira
  kind TEXT NOT NULL,
  secret TEXT NOT NULL,
  -- Whether an item that is begun there counts as being built.
  moves_items BOOLEAN NOT NULL,
  is_active BOOLEAN NOT NULL,
  -- When it last told us something, and about which item, if any.
  heard_at BIGINT,
  heard_item BYTEA,
  -- When somebody last knocked with a wrong signature.
  refused_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by BYTEA,
  rev BIGINT NOT NULL
);
