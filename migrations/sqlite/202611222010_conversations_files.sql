-- Files of an answer that is being written; and whose words an answer carries below its own.
CREATE TABLE draft_files (
  id BLOB PRIMARY KEY,
  staff_id BLOB NOT NULL,
  conversation_ord INTEGER NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  blob_hash TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_files_draft ON draft_files (conversation_ord, staff_id);
ALTER TABLE replies ADD COLUMN quoted_ord INTEGER;
