-- Answers that go out: by which door, to whom, and what became of each address; drafts; addresses that rest.
CREATE TABLE replies (
  entry_ord BIGINT PRIMARY KEY,
  door_ord BIGINT NOT NULL,
  -- answer or acknowledgement
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- Nothing goes out before: until then it can be taken back.
  held_until BIGINT NOT NULL
);
CREATE TABLE deliveries (
  entry_ord BIGINT NOT NULL,
  position BIGINT NOT NULL,
  -- to, cc or bcc
  role TEXT NOT NULL,
  name TEXT,
  address TEXT NOT NULL,
  address_fold TEXT NOT NULL,
  door_ord BIGINT NOT NULL,
  -- queued, sending, sent, failed, bounced, resting or taken_back
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  -- Of a queued one when it is tried; of one that is being sent until when nobody else tries it.
  due_at BIGINT,
  changed_at BIGINT NOT NULL,
  -- What was answered to the last try.
  answer TEXT,
  PRIMARY KEY (entry_ord, position)
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_address ON deliveries (address_fold, changed_at);
-- Addresses that mail came back from: nothing more is sent there until somebody says so, or somebody writes from there.
CREATE TABLE resting_addresses (
  address_fold TEXT PRIMARY KEY,
  entry_ord BIGINT NOT NULL,
  answer TEXT NOT NULL,
  rests_since BIGINT NOT NULL
);
-- What one of us is writing; the newest stands on the device as well.
CREATE TABLE drafts (
  staff_id BYTEA NOT NULL,
  conversation_ord BIGINT NOT NULL,
  -- reply or note
  kind TEXT NOT NULL,
  rev BIGINT NOT NULL,
  text TEXT NOT NULL,
  -- To whom, by which door, and the newest entry that was read when it was begun.
  envelope_json TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (staff_id, conversation_ord, kind)
);
CREATE INDEX drafts_conversation ON drafts (conversation_ord);
