-- What was suggested for a conversation when it was last seen before it was tagged: how good suggestions are is counted
-- from it. A small share of conversations shows none; what would have been suggested stands here all the same.
CREATE TABLE suggestions_shown (
  conversation_ord BIGINT PRIMARY KEY,
  shown_at BIGINT NOT NULL,
  is_hidden BOOLEAN NOT NULL,
  none_fits DOUBLE PRECISION NOT NULL,
  says_none BOOLEAN NOT NULL,
  language TEXT
);
CREATE TABLE suggested_tags (
  conversation_ord BIGINT NOT NULL,
  place BIGINT NOT NULL,
  tag_ord BIGINT NOT NULL,
  confidence DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (conversation_ord, place)
);
