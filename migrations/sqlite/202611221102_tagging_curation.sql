-- Curation: what one person did in one step is a change; its operations stand in taxonomy_ops and are undone together.
ALTER TABLE taxonomy_ops ADD COLUMN change_id BLOB;
CREATE INDEX taxonomy_ops_tag ON taxonomy_ops (tag_ord, seq);
CREATE INDEX taxonomy_ops_change ON taxonomy_ops (change_id, seq);
-- A tag whose making was undone keeps its row, its ordinal and its id, and leaves its place to others.
DROP INDEX tags_path;
CREATE UNIQUE INDEX tags_path ON tags (path) WHERE state NOT IN ('merged', 'removed');
-- state: draft, published, undone, dropped. ops_json: what was asked for. undoes: the change that this one takes back.
CREATE TABLE taxonomy_changes (
  id BLOB PRIMARY KEY,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  what TEXT NOT NULL,
  ops_json TEXT NOT NULL,
  undoes BLOB,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  published_at INTEGER,
  published_by BLOB,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX taxonomy_changes_published ON taxonomy_changes (published_at);
-- What the curators of this house settled on; budget: how many tags the taxonomy should have at most.
CREATE TABLE tagging_settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
-- What a curator has looked at and leaves as it is: it does not wait in the queue again.
CREATE TABLE curation_left (
  source TEXT NOT NULL,
  tag_ord INTEGER NOT NULL,
  other_ord INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_staff BLOB,
  PRIMARY KEY (source, tag_ord, other_ord)
) STRICT;
