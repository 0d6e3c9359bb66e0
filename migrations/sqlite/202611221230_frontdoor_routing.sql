-- Where conversations go and why: the house's rules, what members say of themselves, and every decision with its reasons.
CREATE TABLE routing_settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  rules_json TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  rev INTEGER NOT NULL
) STRICT;
-- languages, skills: words joined by commas. is_here: takes conversations now.
CREATE TABLE routing_staff (
  staff_id BLOB PRIMARY KEY,
  languages TEXT NOT NULL,
  skills TEXT NOT NULL,
  is_here INTEGER NOT NULL,
  rev INTEGER NOT NULL
) STRICT;
-- The newest decision of a conversation holds. Without decided_by it was made here; with it, somebody decided otherwise.
CREATE TABLE route_decisions (
  conversation_ord INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  decided_by BLOB,
  reason TEXT,
  purpose TEXT,
  purpose_from TEXT NOT NULL,
  sure REAL NOT NULL,
  entry_ord INTEGER,
  -- Places of the words that say so in the entry: `3-7 12-15`, in scalars.
  words TEXT NOT NULL,
  facts_json TEXT NOT NULL,
  staff_team_id INTEGER,
  assignee BLOB,
  chosen_for TEXT NOT NULL,
  promise_at INTEGER NOT NULL,
  PRIMARY KEY (conversation_ord, seq)
) STRICT;
CREATE INDEX route_decisions_at ON route_decisions (decided_at);
-- What people said a conversation is there for, where it was read otherwise: the reader learns from it.
CREATE TABLE purpose_lessons (
  seq INTEGER PRIMARY KEY,
  conversation_ord INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  learned_at INTEGER NOT NULL
) STRICT;
CREATE INDEX purpose_lessons_conversation ON purpose_lessons (conversation_ord);
