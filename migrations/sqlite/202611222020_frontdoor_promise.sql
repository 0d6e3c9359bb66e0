-- Where the house promises nothing, a decision holds no promise; how soon it answers stands with its hours.
CREATE TABLE route_decisions_new (
  conversation_ord INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  decided_by BLOB,
  reason TEXT,
  purpose TEXT,
  purpose_from TEXT NOT NULL,
  sure REAL NOT NULL,
  entry_ord INTEGER,
  words TEXT NOT NULL,
  facts_json TEXT NOT NULL,
  staff_team_id INTEGER,
  assignee BLOB,
  chosen_for TEXT NOT NULL,
  promise_at INTEGER,
  PRIMARY KEY (conversation_ord, seq)
) STRICT;
INSERT INTO route_decisions_new SELECT conversation_ord, seq, decided_at, decided_by, reason, purpose, purpose_from, sure,
  entry_ord, words, facts_json, staff_team_id, assignee, chosen_for, promise_at FROM route_decisions;
DROP TABLE route_decisions;
ALTER TABLE route_decisions_new RENAME TO route_decisions;
CREATE INDEX route_decisions_at ON route_decisions (decided_at);
