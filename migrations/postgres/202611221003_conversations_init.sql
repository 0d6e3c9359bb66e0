-- Conversations of every kind, their entries with revisions, participants, passages; doors and who may see them.
CREATE TABLE doors (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  visibility TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  rev BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE door_staff_teams (
  door_ord BIGINT NOT NULL,
  staff_team_id BIGINT NOT NULL,
  PRIMARY KEY (door_ord, staff_team_id)
);
CREATE TABLE conversations (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  door_ord BIGINT NOT NULL,
  subject TEXT,
  purpose TEXT,
  status TEXT NOT NULL,
  assignee BYTEA,
  person_ord BIGINT,
  team_ord BIGINT,
  account_ord BIGINT,
  language TEXT,
  opened_at BIGINT NOT NULL,
  last_entry_at BIGINT NOT NULL,
  last_said_by TEXT NOT NULL,
  preview TEXT NOT NULL,
  entry_count BIGINT NOT NULL,
  waiting_since BIGINT,
  tag_state TEXT NOT NULL DEFAULT 'untagged',
  last_emotion TEXT,
  about_room TEXT,
  about_id TEXT,
  about_anchor TEXT,
  attributes_json TEXT,
  created_at BIGINT NOT NULL,
  rev BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX conversations_external ON conversations (external_id, source);
CREATE INDEX conversations_newest ON conversations (last_entry_at, ord);
CREATE INDEX conversations_untagged ON conversations (last_entry_at, ord) WHERE tag_state = 'untagged';
CREATE INDEX conversations_waiting ON conversations (waiting_since, ord) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_assignee ON conversations (assignee, last_entry_at, ord) WHERE assignee IS NOT NULL;
CREATE INDEX conversations_unassigned ON conversations (last_entry_at, ord) WHERE assignee IS NULL AND status = 'open';
CREATE INDEX conversations_source ON conversations (source, last_entry_at, ord);
CREATE INDEX conversations_channel ON conversations (channel, last_entry_at, ord);
CREATE INDEX conversations_language ON conversations (language, last_entry_at, ord);
CREATE INDEX conversations_door ON conversations (door_ord, last_entry_at, ord);
CREATE INDEX conversations_person ON conversations (person_ord, last_entry_at, ord) WHERE person_ord IS NOT NULL;
CREATE INDEX conversations_team ON conversations (team_ord, last_entry_at, ord) WHERE team_ord IS NOT NULL;
CREATE INDEX conversations_account ON conversations (account_ord, last_entry_at, ord) WHERE account_ord IS NOT NULL;
CREATE INDEX conversations_status ON conversations (status, last_entry_at, ord) WHERE status <> 'open';
-- A conversation that turned out to be part of an older one: its id and external id still lead there.
CREATE TABLE joined_conversations (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  into_ord BIGINT NOT NULL,
  joined_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX joined_conversations_external ON joined_conversations (external_id, source);
CREATE INDEX joined_conversations_into ON joined_conversations (into_ord);
CREATE TABLE entries (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  conversation_ord BIGINT NOT NULL,
  external_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  author TEXT NOT NULL,
  person_ord BIGINT,
  staff_id BYTEA,
  author_name TEXT,
  said_at BIGINT NOT NULL,
  language TEXT,
  language_confidence DOUBLE PRECISION NOT NULL DEFAULT 0,
  text TEXT NOT NULL,
  rev BIGINT NOT NULL DEFAULT 1,
  has_html BOOLEAN NOT NULL DEFAULT FALSE,
  raw_ord BIGINT
);
CREATE UNIQUE INDEX entries_external ON entries (conversation_ord, external_id);
CREATE INDEX entries_said ON entries (conversation_ord, said_at, ord);
CREATE INDEX entries_person ON entries (person_ord, said_at) WHERE person_ord IS NOT NULL;
-- The earlier texts of an entry; the newest stands in entries.
CREATE TABLE entry_revisions (
  entry_ord BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  text TEXT NOT NULL,
  replaced_at BIGINT NOT NULL,
  PRIMARY KEY (entry_ord, rev)
);
CREATE TABLE attachments (
  entry_ord BIGINT NOT NULL,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  blob_hash TEXT NOT NULL,
  content_id TEXT,
  PRIMARY KEY (entry_ord, position)
);
CREATE INDEX attachments_blob ON attachments (blob_hash);
CREATE TABLE participants (
  conversation_ord BIGINT NOT NULL,
  role TEXT NOT NULL,
  person_ord BIGINT NOT NULL DEFAULT 0,
  staff_key TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (conversation_ord, role, person_ord, staff_key, name)
);
CREATE INDEX participants_person ON participants (person_ord) WHERE person_ord <> 0;
-- Message-IDs of mail: which entry has one, and which waits for a parent that has not come yet.
CREATE TABLE message_ids (
  source TEXT NOT NULL,
  message_id TEXT NOT NULL,
  conversation_ord BIGINT NOT NULL,
  entry_ord BIGINT,
  PRIMARY KEY (source, message_id)
);
CREATE INDEX message_ids_conversation ON message_ids (conversation_ord);
CREATE TABLE passages (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  conversation_ord BIGINT NOT NULL,
  entry_ord BIGINT NOT NULL,
  entry_rev BIGINT NOT NULL,
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  quote TEXT NOT NULL,
  made_by BYTEA,
  made_at BIGINT NOT NULL
);
CREATE INDEX passages_conversation ON passages (conversation_ord);
CREATE UNIQUE INDEX passages_place ON passages (entry_ord, entry_rev, start_at, end_at);
-- What the tagging room shows on a conversation: written by it, in the same transaction as the tagging.
CREATE TABLE conversation_tags (
  tag_ord BIGINT NOT NULL,
  conversation_ord BIGINT NOT NULL,
  kinds TEXT NOT NULL,
  taggings BIGINT NOT NULL,
  PRIMARY KEY (tag_ord, conversation_ord)
);
CREATE INDEX conversation_tags_conversation ON conversation_tags (conversation_ord);
CREATE TABLE tag_badges (
  tag_ord BIGINT PRIMARY KEY,
  tag_id BYTEA NOT NULL,
  path TEXT NOT NULL,
  label_ko TEXT NOT NULL,
  label_en TEXT NOT NULL
);
-- Who has read what, for the unread mark.
CREATE TABLE conversation_reads (
  staff_id BYTEA NOT NULL,
  conversation_ord BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (staff_id, conversation_ord)
);
CREATE INDEX conversation_reads_conversation ON conversation_reads (conversation_ord);
