-- Webhooks: whom to tell when a tag is spoken of often enough, or is new or rising.
CREATE TABLE tagging_hooks (
  id BLOB PRIMARY KEY,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  -- With everything below it; each tag by itself when there is none.
  tag_ord INTEGER,
  -- So many conversations in so many days; without both, new or rising.
  least INTEGER,
  days INTEGER,
  is_active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  rev INTEGER NOT NULL
) STRICT;
-- The tags a hook told of and that did not fall below its rule since.
CREATE TABLE tagging_hook_told (
  hook_id BLOB NOT NULL,
  tag_ord INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (hook_id, tag_ord)
) STRICT;
CREATE TABLE tagging_hook_messages (
  id BLOB PRIMARY KEY,
  hook_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  -- waiting, sent or failed
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tagging_hook_messages_hook ON tagging_hook_messages (hook_id, at);
