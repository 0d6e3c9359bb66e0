-- Conversations of every kind, their entries with revisions, participants, passages; doors and who may see them.
CREATE TABLE doors (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  visibility TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE door_staff_teams (
  door_ord INTEGER NOT NULL,
  staff_team_id INTEGER NOT NULL,
  PRIMARY KEY (door_ord, staff_team_id)
) STRICT;
CREATE TABLE conversations (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  door_ord INTEGER NOT NULL,
  subject TEXT,
  purpose TEXT,
  status TEXT NOT NULL,
  assignee BLOB,
  person_ord INTEGER,
  team_ord INTEGER,
  account_ord INTEGER,
  language TEXT,
  opened_at INTEGER NOT NULL,
  last_entry_at INTEGER NOT NULL,
  last_said_by TEXT NOT NULL,
  preview TEXT NOT NULL,
  entry_count INTEGER NOT NULL,
  waiting_since INTEGER,
  tag_state TEXT NOT NULL DEFAULT 'untagged',
  last_emotion TEXT,
  about_room TEXT,
  about_id TEXT,
  about_anchor TEXT,
  attributes_json TEXT,
  created_at INTEGER NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
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
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  into_ord INTEGER NOT NULL,
  joined_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX joined_conversations_external ON joined_conversations (external_id, source);
CREATE INDEX joined_conversations_into ON joined_conversations (into_ord);
CREATE TABLE entries (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  conversation_ord INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  author TEXT NOT NULL,
  person_ord INTEGER,
  staff_id BLOB,
  author_name TEXT,
  said_at INTEGER NOT NULL,
  language TEXT,
  language_confidence REAL NOT NULL DEFAULT 0,
  text TEXT NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1,
  has_html INTEGER NOT NULL DEFAULT 0,
  raw_ord INTEGER
) STRICT;
CREATE UNIQUE INDEX entries_external ON entries (conversation_ord, external_id);
CREATE INDEX entries_said ON entries (conversation_ord, said_at, ord);
CREATE INDEX entries_person ON entries (person_ord, said_at) WHERE person_ord IS NOT NULL;
-- The earlier texts of an entry; the newest stands in entries.
CREATE TABLE entry_revisions (
  entry_ord INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  text TEXT NOT NULL,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (entry_ord, rev)
) STRICT;
CREATE TABLE attachments (
  entry_ord INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  blob_hash TEXT NOT NULL,
  content_id TEXT,
  PRIMARY KEY (entry_ord, position)
) STRICT;
CREATE INDEX attachments_blob ON attachments (blob_hash);
CREATE TABLE participants (
  conversation_ord INTEGER NOT NULL,
  role TEXT NOT NULL,
  person_ord INTEGER NOT NULL DEFAULT 0,
  staff_key TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (conversation_ord, role, person_ord, staff_key, name)
) STRICT;
CREATE INDEX participants_person ON participants (person_ord) WHERE person_ord <> 0;
-- Message-IDs of mail: which entry has one, and which waits for a parent that has not come yet.
CREATE TABLE message_ids (
  source TEXT NOT NULL,
  message_id TEXT NOT NULL,
  conversation_ord INTEGER NOT NULL,
  entry_ord INTEGER,
  PRIMARY KEY (source, message_id)
) STRICT;
CREATE INDEX message_ids_conversation ON message_ids (conversation_ord);
CREATE TABLE passages (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  conversation_ord INTEGER NOT NULL,
  entry_ord INTEGER NOT NULL,
  entry_rev INTEGER NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  quote TEXT NOT NULL,
  made_by BLOB,
  made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX passages_conversation ON passages (conversation_ord);
CREATE UNIQUE INDEX passages_place ON passages (entry_ord, entry_rev, start_at, end_at);
-- What the tagging room shows on a conversation: written by it, in the same transaction as the tagging.
CREATE TABLE conversation_tags (
  tag_ord INTEGER NOT NULL,
  conversation_ord INTEGER NOT NULL,
  kinds TEXT NOT NULL,
  taggings INTEGER NOT NULL,
  PRIMARY KEY (tag_ord, conversation_ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_tags_conversation ON conversation_tags (conversation_ord);
CREATE TABLE tag_badges (
  tag_ord INTEGER PRIMARY KEY,
  tag_id BLOB NOT NULL,
  path TEXT NOT NULL,
  label_ko TEXT NOT NULL,
  label_en TEXT NOT NULL
) STRICT;
-- Who has read what, for the unread mark.
CREATE TABLE conversation_reads (
  staff_id BLOB NOT NULL,
  conversation_ord INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  PRIMARY KEY (staff_id, conversation_ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_reads_conversation ON conversation_reads (conversation_ord);
