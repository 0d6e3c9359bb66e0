-- Views of the explorer that somebody gave a name: the part of the address after the question mark.
CREATE TABLE tagging_views (
  id BYTEA PRIMARY KEY,
  owner BYTEA NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  is_shared BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  rev BIGINT NOT NULL
);
CREATE INDEX tagging_views_owner ON tagging_views (owner);
