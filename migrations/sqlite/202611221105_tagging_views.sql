-- Views of the explorer that somebody gave a name: the part of the address after the question mark.
CREATE TABLE tagging_views (
  id BLOB PRIMARY KEY,
  owner BLOB NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  is_shared INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  rev INTEGER NOT NULL
) STRICT;
CREATE INDEX tagging_views_owner ON tagging_views (owner);
