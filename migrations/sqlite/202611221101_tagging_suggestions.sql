-- What was suggested for a conversation when it was last seen before it was tagged: how good suggestions are is counted
-- from it. A small share of conversations shows none; what would have been suggested stands here all the same.
CREATE TABLE suggestions_shown (
  conversation_ord INTEGER PRIMARY KEY,
  shown_at INTEGER NOT NULL,
  is_hidden INTEGER NOT NULL,
  none_fits REAL NOT NULL,
  says_none INTEGER NOT NULL,
  language TEXT
) STRICT;
CREATE TABLE suggested_tags (
  conversation_ord INTEGER NOT NULL,
  place INTEGER NOT NULL,
  tag_ord INTEGER NOT NULL,
  confidence REAL NOT NULL,
  PRIMARY KEY (conversation_ord, place)
) STRICT;
