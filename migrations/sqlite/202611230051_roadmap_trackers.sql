-- Issue trackers that may tell us how far an issue is: whoever signs with the secret.
CREATE TABLE trackers (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  -- github, linear, jira
  kind TEXT NOT NULL,
  secret TEXT NOT NULL,
  -- Whether an item that is begun there counts as being built.
  moves_items INTEGER NOT NULL,
  is_active INTEGER NOT NULL,
  -- When it last told us something, and about which item, if any.
  heard_at INTEGER,
  heard_item BLOB,
  -- When somebody last knocked with a wrong signature.
  refused_at INTEGER,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  rev INTEGER NOT NULL
) STRICT;
