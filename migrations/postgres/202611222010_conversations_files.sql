-- Files of an answer that is being written; and whose words an answer carries below its own.
CREATE TABLE draft_files (
  id BYTEA PRIMARY KEY,
  staff_id BYTEA NOT NULL,
  conversation_ord BIGINT NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  blob_hash TEXT NOT NULL,
  added_at BIGINT NOT NULL
);
CREATE INDEX draft_files_draft ON draft_files (conversation_ord, staff_id);
ALTER TABLE replies ADD COLUMN quoted_ord BIGINT;
