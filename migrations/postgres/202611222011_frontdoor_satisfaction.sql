-- One question after a conversation: by which doors it is asked, whom it was asked, and what they answered.
CREATE TABLE survey_doors (
  door_ord BIGINT PRIMARY KEY,
  after_close BOOLEAN NOT NULL,
  after_help BOOLEAN NOT NULL
);
CREATE TABLE surveys (
  id BYTEA PRIMARY KEY,
  -- csat: how it was; ces: how easy help was to get
  kind TEXT NOT NULL,
  conversation_ord BIGINT NOT NULL,
  -- The event in the thread that went out by mail.
  entry_ord BIGINT NOT NULL,
  person_ord BIGINT NOT NULL,
  door_ord BIGINT NOT NULL,
  -- ko or en
  language TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  -- 1 to 5
  score BIGINT,
  -- What they did next, apart by commas: recommended, bought, switched, warned
  did TEXT NOT NULL DEFAULT '',
  -- The conversation in which stands what they wrote beside it.
  said_ord BIGINT
);
CREATE INDEX surveys_person ON surveys (person_ord, asked_at);
CREATE INDEX surveys_asked ON surveys (asked_at);
CREATE INDEX surveys_conversation ON surveys (conversation_ord);
CREATE INDEX surveys_entry ON surveys (entry_ord);
