-- Learning why: questions that may be asked after an answer, what was learned, how conversations closed, and what
-- was said of the roadmap to those who asked.
CREATE TABLE probes (
  id BLOB PRIMARY KEY,
  aim TEXT NOT NULL,
  -- Purposes joined by commas; empty for every one.
  purposes TEXT NOT NULL,
  tag_ord INTEGER,
  text_ko TEXT NOT NULL,
  text_en TEXT NOT NULL,
  is_active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  rev INTEGER NOT NULL
) STRICT;
CREATE TABLE probe_asks (
  entry_ord INTEGER PRIMARY KEY,
  probe_id BLOB NOT NULL,
  conversation_ord INTEGER NOT NULL,
  language TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  asked_by BLOB,
  answer_ord INTEGER,
  answered_at INTEGER
) STRICT;
CREATE INDEX probe_asks_conversation ON probe_asks (conversation_ord);
CREATE INDEX probe_asks_probe ON probe_asks (probe_id, asked_at);
-- One thing learned from one passage. It is never changed: it is taken back and made anew.
CREATE TABLE insights (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  conversation_ord INTEGER NOT NULL,
  entry_ord INTEGER NOT NULL,
  passage_ord INTEGER NOT NULL,
  probe_id BLOB,
  person_ord INTEGER,
  team_ord INTEGER,
  account_ord INTEGER,
  door_ord INTEGER NOT NULL,
  said_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  confirmed_by BLOB,
  retracted_at INTEGER,
  retracted_by BLOB
) STRICT;
CREATE INDEX insights_conversation ON insights (conversation_ord);
CREATE INDEX insights_confirmed ON insights (confirmed_at);
CREATE UNIQUE INDEX insights_living ON insights (passage_ord, kind) WHERE retracted_at IS NULL;
CREATE TABLE insight_tags (
  insight_id BLOB NOT NULL,
  tag_ord INTEGER NOT NULL,
  PRIMARY KEY (insight_id, tag_ord)
) STRICT;
CREATE INDEX insight_tags_tag ON insight_tags (tag_ord);
CREATE TABLE closings (
  conversation_ord INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  closed_by BLOB,
  outcome TEXT,
  learned TEXT,
  PRIMARY KEY (conversation_ord, closed_at)
) STRICT;
CREATE INDEX closings_at ON closings (closed_at);
-- kind: noted (it stands on the roadmap) or told (this became of it).
CREATE TABLE roadmap_words (
  conversation_ord INTEGER NOT NULL,
  item_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  entry_ord INTEGER NOT NULL,
  person_ord INTEGER,
  said_at INTEGER NOT NULL,
  said_by BLOB,
  PRIMARY KEY (conversation_ord, item_id, kind)
) STRICT;
CREATE INDEX roadmap_words_at ON roadmap_words (said_at);
CREATE INDEX roadmap_words_person ON roadmap_words (person_ord) WHERE person_ord IS NOT NULL;
