-- Telling those who asked: a release of one or several events in words of ours, and one message to each person.
-- state: draft, asked (for a second pair of eyes), sending, paused, done.
CREATE TABLE tellings (
  id BLOB PRIMARY KEY,
  -- What is told: planned, shipped, declined, changed, heard.
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Messages a minute.
  rate INTEGER NOT NULL,
  -- To whom of the most valuable accounts one of us writes by hand: how many accounts.
  by_hand INTEGER NOT NULL,
  created_by BLOB,
  created_at INTEGER NOT NULL,
  planned_at INTEGER NOT NULL,
  asked_by BLOB,
  asked_at INTEGER,
  approved_by BLOB,
  approved_at INTEGER,
  began_at INTEGER,
  done_at INTEGER,
  -- When the next message may go.
  next_at INTEGER NOT NULL DEFAULT 0,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX tellings_state ON tellings (state, created_at);
CREATE TABLE telling_events (
  telling_id BLOB NOT NULL,
  event_ord INTEGER NOT NULL,
  PRIMARY KEY (telling_id, event_ord)
) STRICT;
CREATE INDEX telling_events_event ON telling_events (event_ord);
CREATE TABLE telling_texts (
  telling_id BLOB NOT NULL,
  language TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (telling_id, language)
) STRICT;
-- way: thread, mail, hand, skip; reason: why by hand, or why not at all.
-- state: planned, waiting, handed (it is with the queue of what goes out), told, skipped.
CREATE TABLE telling_messages (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  telling_id BLOB NOT NULL,
  person_ord INTEGER NOT NULL,
  account_ord INTEGER,
  language TEXT NOT NULL,
  way TEXT NOT NULL,
  reason TEXT,
  -- Whether they, or their account, cancelled.
  is_leaver INTEGER NOT NULL,
  address TEXT,
  conversation_ord INTEGER,
  door_ord INTEGER,
  staff_id BLOB,
  state TEXT NOT NULL,
  entry_ord INTEGER,
  changed_at INTEGER NOT NULL,
  -- What they answered to whether it was solved.
  solved INTEGER,
  solved_at INTEGER
) STRICT;
CREATE INDEX telling_messages_telling ON telling_messages (telling_id, state, way, ord);
CREATE INDEX telling_messages_entry ON telling_messages (entry_ord) WHERE entry_ord IS NOT NULL;
CREATE INDEX telling_messages_conversation ON telling_messages (conversation_ord) WHERE conversation_ord IS NOT NULL;
CREATE INDEX telling_messages_person ON telling_messages (person_ord);
CREATE TABLE telling_message_asks (
  message_ord INTEGER NOT NULL,
  event_ord INTEGER NOT NULL,
  ask_ord INTEGER NOT NULL,
  PRIMARY KEY (message_ord, event_ord, ask_ord)
) STRICT;
CREATE INDEX telling_message_asks_ask ON telling_message_asks (ask_ord);
CREATE TABLE telling_settings (
  one INTEGER PRIMARY KEY,
  rate INTEGER NOT NULL,
  -- A second pair of eyes is needed for more messages than this.
  four_eyes_over INTEGER NOT NULL
) STRICT;
