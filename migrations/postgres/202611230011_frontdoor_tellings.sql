-- Telling those who asked: a release of one or several events in words of ours, and one message to each person.
-- state: draft, asked (for a second pair of eyes), sending, paused, done.
CREATE TABLE tellings (
  id BYTEA PRIMARY KEY,
  -- What is told: planned, shipped, declined, changed, heard.
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Messages a minute.
  rate BIGINT NOT NULL,
  -- To whom of the most valuable accounts one of us writes by hand: how many accounts.
  by_hand BIGINT NOT NULL,
  created_by BYTEA,
  created_at BIGINT NOT NULL,
  planned_at BIGINT NOT NULL,
  asked_by BYTEA,
  asked_at BIGINT,
  approved_by BYTEA,
  approved_at BIGINT,
  began_at BIGINT,
  done_at BIGINT,
  -- When the next message may go.
  next_at BIGINT NOT NULL DEFAULT 0,
  rev BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX tellings_state ON tellings (state, created_at);
CREATE TABLE telling_events (
  telling_id BYTEA NOT NULL,
  event_ord BIGINT NOT NULL,
  PRIMARY KEY (telling_id, event_ord)
);
CREATE INDEX telling_events_event ON telling_events (event_ord);
CREATE TABLE telling_texts (
  telling_id BYTEA NOT NULL,
  language TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (telling_id, language)
);
-- way: thread, mail, hand, skip; reason: why by hand, or why not at all.
-- state: planned, waiting, handed (it is with the queue of what goes out), told, skipped.
CREATE TABLE telling_messages (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  telling_id BYTEA NOT NULL,
  person_ord BIGINT NOT NULL,
  account_ord BIGINT,
  language TEXT NOT NULL,
  way TEXT NOT NULL,
  reason TEXT,
  -- Whether they, or their account, cancelled.
  is_leaver BOOLEAN NOT NULL,
  address TEXT,
  conversation_ord BIGINT,
  door_ord BIGINT,
  staff_id BYTEA,
  state TEXT NOT NULL,
  entry_ord BIGINT,
  changed_at BIGINT NOT NULL,
  -- What they answered to whether it was solved.
  solved BOOLEAN,
  solved_at BIGINT
);
CREATE INDEX telling_messages_telling ON telling_messages (telling_id, state, way, ord);
CREATE INDEX telling_messages_entry ON telling_messages (entry_ord) WHERE entry_ord IS NOT NULL;
CREATE INDEX telling_messages_conversation ON telling_messages (conversation_ord) WHERE conversation_ord IS NOT NULL;
CREATE INDEX telling_messages_person ON telling_messages (person_ord);
CREATE TABLE telling_message_asks (
  message_ord BIGINT NOT NULL,
  event_ord BIGINT NOT NULL,
  ask_ord BIGINT NOT NULL,
  PRIMARY KEY (message_ord, event_ord, ask_ord)
);
CREATE INDEX telling_message_asks_ask ON telling_message_asks (ask_ord);
CREATE TABLE telling_settings (
  one BIGINT PRIMARY KEY,
  rate BIGINT NOT NULL,
  -- A second pair of eyes is needed for more messages than this.
  four_eyes_over BIGINT NOT NULL
);
