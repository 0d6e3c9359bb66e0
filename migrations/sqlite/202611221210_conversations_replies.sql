-- Answers that go out: by which door, to whom, and what became of each address; drafts; addresses that rest.
CREATE TABLE replies (
  entry_ord INTEGER PRIMARY KEY,
  door_ord INTEGER NOT NULL,
  -- answer or acknowledgement
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- Nothing goes out before: until then it can be taken back.
  held_until INTEGER NOT NULL
) STRICT;
CREATE TABLE deliveries (
  entry_ord INTEGER NOT NULL,
  position INTEGER NOT NULL,
  -- to, cc or bcc
  role TEXT NOT NULL,
  name TEXT,
  address TEXT NOT NULL,
  address_fold TEXT NOT NULL,
  door_ord INTEGER NOT NULL,
  -- queued, sending, sent, failed, bounced, resting or taken_back
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Of a queued one when it is tried; of one that is being sent until when nobody else tries it.
  due_at INTEGER,
  changed_at INTEGER NOT NULL,
  -- What was answered to the last try.
  answer TEXT,
  PRIMARY KEY (entry_ord, position)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_address ON deliveries (address_fold, changed_at);
-- Addresses that mail came back from: nothing more is sent there until somebody says so, or somebody writes from there.
CREATE TABLE resting_addresses (
  address_fold TEXT PRIMARY KEY,
  entry_ord INTEGER NOT NULL,
  answer TEXT NOT NULL,
  rests_since INTEGER NOT NULL
) STRICT;
-- What one of us is writing; the newest stands on the device as well.
CREATE TABLE drafts (
  staff_id BLOB NOT NULL,
  conversation_ord INTEGER NOT NULL,
  -- reply or note
  kind TEXT NOT NULL,
  rev INTEGER NOT NULL,
  text TEXT NOT NULL,
  -- To whom, by which door, and the newest entry that was read when it was begun.
  envelope_json TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (staff_id, conversation_ord, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_conversation ON drafts (conversation_ord);
