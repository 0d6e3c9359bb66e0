-- The form for customers who leave. One row; off until switched on.
CREATE TABLE leave_form (
  one BIGINT PRIMARY KEY,
  is_on BOOLEAN NOT NULL,
  -- By which door comes in what they say.
  door_ord BIGINT,
  rev BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  by_staff BYTEA
);
-- The reasons it offers: tags, in the order they are shown.
CREATE TABLE leave_reasons (
  tag_id BYTEA PRIMARY KEY,
  position BIGINT NOT NULL
);
-- What somebody said who leaves. Once it is a conversation, only that and by whom stays here.
CREATE TABLE leavings (
  id BYTEA PRIMARY KEY,
  -- A digest of the form as it was sent: sent twice is once.
  once TEXT NOT NULL UNIQUE,
  -- Empty: none was left.
  email TEXT NOT NULL,
  email_fold TEXT NOT NULL,
  words TEXT NOT NULL,
  -- Ids of tags.
  reasons_json TEXT NOT NULL,
  -- Whether we may write to them; nothing where they did not say.
  allows_news BOOLEAN,
  language TEXT NOT NULL,
  -- The network it came from.
  place TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  mailed_at BIGINT,
  taken_at BIGINT,
  conversation_ord BIGINT,
  -- Nobody, where no address was proved.
  person_ord BIGINT
);
CREATE INDEX leavings_place ON leavings (place, said_at);
CREATE INDEX leavings_email ON leavings (email_fold, said_at);
CREATE INDEX leavings_said ON leavings (said_at);
CREATE INDEX leavings_person ON leavings (person_ord);
