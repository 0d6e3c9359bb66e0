-- What a ranking needs beside demand: effort by team, what can be built at all, the one direction and how items fit it,
-- the weights, what a half-year holds, and items that somebody placed outside the score.
ALTER TABLE roadmap_items ADD COLUMN feasibility TEXT NOT NULL DEFAULT 'yes';
ALTER TABLE roadmap_items ADD COLUMN feasibility_reason TEXT;
ALTER TABLE roadmap_items ADD COLUMN effort_likely REAL;
-- Person-weeks of a team: at best, most likely, at worst. Without any, the item's own effort counts, of nobody's team.
CREATE TABLE item_efforts (
  item_id BLOB NOT NULL,
  team TEXT NOT NULL,
  low REAL NOT NULL,
  likely REAL NOT NULL,
  high REAL NOT NULL,
  PRIMARY KEY (item_id, team)
) STRICT;
CREATE TABLE item_needs (
  item_id BLOB NOT NULL,
  needs_id BLOB NOT NULL,
  PRIMARY KEY (item_id, needs_id)
) STRICT;
-- is_committed: the one we follow; the others only answer “what if”.
CREATE TABLE directions (
  id BLOB PRIMARY KEY,
  words_ko TEXT NOT NULL,
  words_en TEXT NOT NULL,
  owner TEXT NOT NULL,
  is_committed INTEGER NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER,
  -- Why it was taken, and what it undoes, as it was known then.
  reason TEXT NOT NULL,
  undoes_json TEXT NOT NULL,
  by_staff BLOB,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE direction_links (
  direction_id BLOB NOT NULL,
  item_id BLOB NOT NULL,
  -- 0 to 3.
  weight INTEGER NOT NULL,
  PRIMARY KEY (direction_id, item_id)
) STRICT;
CREATE TABLE rank_rules (
  one INTEGER PRIMARY KEY,
  rules_json TEXT NOT NULL,
  rev INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  by_staff BLOB
) STRICT;
-- capacity_json: person-weeks by team.
CREATE TABLE half_plans (
  half TEXT PRIMARY KEY,
  capacity_json TEXT NOT NULL,
  rev INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  by_staff BLOB
) STRICT;
CREATE TABLE half_musts (
  half TEXT NOT NULL,
  item_id BLOB NOT NULL,
  words TEXT NOT NULL,
  by_staff BLOB,
  at INTEGER NOT NULL,
  PRIMARY KEY (half, item_id)
) STRICT;
CREATE TABLE placements (
  item_id BLOB PRIMARY KEY,
  rank INTEGER NOT NULL,
  words TEXT NOT NULL,
  half TEXT NOT NULL,
  by_staff BLOB,
  at INTEGER NOT NULL,
  reviewed_at INTEGER
) STRICT;
-- A decision as it was made, with everything it was made from.
CREATE TABLE plan_snapshots (
  id BLOB PRIMARY KEY,
  half TEXT NOT NULL,
  words TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_staff BLOB,
  body_json TEXT NOT NULL
) STRICT;
CREATE INDEX plan_snapshots_half ON plan_snapshots (half, at);
