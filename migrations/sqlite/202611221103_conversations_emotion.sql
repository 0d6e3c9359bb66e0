-- How customers feel: what is read from their entries, what people say of it, and what a conversation shows of both.
-- What the model in the binary reads from a customer's entry: one row for each that has words.
CREATE TABLE entry_emotions (
  entry_ord INTEGER PRIMARY KEY,
  entry_rev INTEGER NOT NULL,
  valence INTEGER NOT NULL,
  emotion TEXT,
  -- The words that say so, in scalars of the text: `3-7 12-15`.
  words TEXT NOT NULL
) STRICT;
-- What a person says of an entry: one of us who corrects, or the customer who was asked. The newest that was not taken
-- back stands; what was read is never overwritten by it.
CREATE TABLE emotion_marks (
  entry_ord INTEGER NOT NULL,
  position INTEGER NOT NULL,
  valence INTEGER NOT NULL,
  emotion TEXT,
  origin TEXT NOT NULL,
  marked_by BLOB,
  marked_by_name TEXT,
  marked_at INTEGER NOT NULL,
  taken_back_by BLOB,
  taken_back_by_name TEXT,
  taken_back_at INTEGER,
  PRIMARY KEY (entry_ord, position)
) STRICT;
-- Which model read, and up to which entry.
CREATE TABLE emotion_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  model TEXT NOT NULL,
  read_to INTEGER NOT NULL
) STRICT;
INSERT INTO emotion_state (id, model, read_to) VALUES (1, '', 0);
-- The customer's first and last entry, their lowest and highest; `last_emotion` is the one named last.
ALTER TABLE conversations ADD COLUMN emotion_start INTEGER;
ALTER TABLE conversations ADD COLUMN emotion_end INTEGER;
ALTER TABLE conversations ADD COLUMN emotion_worst INTEGER;
ALTER TABLE conversations ADD COLUMN emotion_best INTEGER;
CREATE INDEX conversations_emotion ON conversations (last_emotion, last_entry_at, ord) WHERE last_emotion IS NOT NULL;
-- Worst first, then the newest: one number, so that a page goes on where the last one ended. A moment is below 2^53.
CREATE INDEX conversations_worst ON conversations (((2 - emotion_worst) * 9007199254740992 + last_entry_at), ord)
  WHERE emotion_worst IS NOT NULL;
