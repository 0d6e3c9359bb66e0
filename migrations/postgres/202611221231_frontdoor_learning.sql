-- Learning why: questions that may be asked after an answer, what was learned, how conversations closed, and what
-- was said of the roadmap to those who asked.
CREATE TABLE probes (
  id BYTEA PRIMARY KEY,
  aim TEXT NOT NULL,
  -- Purposes joined by commas; empty for every one.
  purposes TEXT NOT NULL,
  tag_ord BIGINT,
  text_ko TEXT NOT NULL,
  text_en TEXT NOT NULL,
  is_active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BYTEA,
  rev BIGINT NOT NULL
);
CREATE TABLE probe_asks (
  entry_ord BIGINT PRIMARY KEY,
  probe_id BYTEA NOT NULL,
  conversation_ord BIGINT NOT NULL,
  language TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by BYTEA,
  answer_ord BIGINT,
  answered_at BIGINT
);
CREATE INDEX probe_asks_conversation ON probe_asks (conversation_ord);
CREATE INDEX probe_asks_probe ON probe_asks (probe_id, asked_at);
-- One thing learned from one passage. It is never changed: it is taken back and made anew.
CREATE TABLE insights (
  id BYTEA PRIMARY KEY,
  kind TEXT NOT NULL,
  conversation_ord BIGINT NOT NULL,
  entry_ord BIGINT NOT NULL,
  passage_ord BIGINT NOT NULL,
  probe_id BYTEA,
  person_ord BIGINT,
  team_ord BIGINT,
  account_ord BIGINT,
  door_ord BIGINT NOT NULL,
  said_at BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  confirmed_by BYTEA,
  retracted_at BIGINT,
  retracted_by BYTEA
);
CREATE INDEX insights_conversation ON insights (conversation_ord);
CREATE INDEX insights_confirmed ON insights (confirmed_at);
CREATE UNIQUE INDEX insights_living ON insights (passage_ord, kind) WHERE retracted_at IS NULL;
CREATE TABLE insight_tags (
  insight_id BYTEA NOT NULL,
  tag_ord BIGINT NOT NULL,
  PRIMARY KEY (insight_id, tag_ord)
);
CREATE INDEX insight_tags_tag ON insight_tags (tag_ord);
CREATE TABLE closings (
  conversation_ord BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  closed_by BYTEA,
  outcome TEXT,
  learned TEXT,
  PRIMARY KEY (conversation_ord, closed_at)
);
CREATE INDEX closings_at ON closings (closed_at);
-- kind: noted (it stands on the roadmap) or told (this became of it).
CREATE TABLE roadmap_words (
  conversation_ord BIGINT NOT NULL,
  item_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  entry_ord BIGINT NOT NULL,
  person_ord BIGINT,
  said_at BIGINT NOT NULL,
  said_by BYTEA,
  PRIMARY KEY (conversation_ord, item_id, kind)
);
CREATE INDEX roadmap_words_at ON roadmap_words (said_at);
CREATE INDEX roadmap_words_person ON roadmap_words (person_ord) WHERE person_ord IS NOT NULL;
