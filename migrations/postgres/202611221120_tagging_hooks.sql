-- Webhooks: whom to tell when a tag is spoken of often enough, or is new or rising.
CREATE TABLE tagging_hooks (
  id BYTEA PRIMARY KEY,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  -- With everything below it; each tag by itself when there is none.
  tag_ord BIGINT,
  -- So many conversations in so many days; without both, new or rising.
  least BIGINT,
  days BIGINT,
  is_active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BYTEA,
  rev BIGINT NOT NULL
);
-- The tags a hook told of and that did not fall below its rule since.
CREATE TABLE tagging_hook_told (
  hook_id BYTEA NOT NULL,
  tag_ord BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  PRIMARY KEY (hook_id, tag_ord)
);
CREATE TABLE tagging_hook_messages (
  id BYTEA PRIMARY KEY,
  hook_id BYTEA NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  -- waiting, sent or failed
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  status BIGINT,
  error TEXT,
  changed_at BIGINT NOT NULL
);
CREATE INDEX tagging_hook_messages_hook ON tagging_hook_messages (hook_id, at);
