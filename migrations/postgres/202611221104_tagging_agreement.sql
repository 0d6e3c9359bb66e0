-- A random share of what was tagged is tagged again, blind, by somebody else. None of this enters counts.
CREATE TABLE double_codings (
  conversation_ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  -- The chance with which it was drawn, 0 to 1.
  probability DOUBLE PRECISION NOT NULL,
  sampled_at BIGINT NOT NULL,
  coded_at BIGINT,
  coded_by BYTEA,
  decided_at BIGINT,
  decided_by BYTEA
);
-- side: first, second, decided. A coding without rows says that nothing fits.
CREATE TABLE double_coding_tags (
  conversation_ord BIGINT NOT NULL,
  side TEXT NOT NULL,
  tag_ord BIGINT NOT NULL,
  PRIMARY KEY (conversation_ord, side, tag_ord)
);
CREATE INDEX nothing_to_tag_conversation ON nothing_to_tag (conversation_ord);
