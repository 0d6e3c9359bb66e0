-- What a ranking needs beside demand: effort by team, what can be built at all, the one direction and how items fit it,
-- the weights, what a half-year holds, and items that somebody placed outside the score.
ALTER TABLE roadmap_items ADD COLUMN feasibility TEXT NOT NULL DEFAULT 'yes';
ALTER TABLE roadmap_items ADD COLUMN feasibility_reason TEXT;
ALTER TABLE roadmap_items ADD COLUMN effort_likely DOUBLE PRECISION;
-- Person-weeks of a team: at best, most likely, at worst. Without any, the item's own effort counts, of nobody's team.
CREATE TABLE item_efforts (
  item_id BYTEA NOT NULL,
  team TEXT NOT NULL,
  low DOUBLE PRECISION NOT NULL,
  likely DOUBLE PRECISION NOT NULL,
  high DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (item_id, team)
);
CREATE TABLE item_needs (
  item_id BYTEA NOT NULL,
  needs_id BYTEA NOT NULL,
  PRIMARY KEY (item_id, needs_id)
);
-- is_committed: the one we follow; the others only answer “what if”.
CREATE TABLE directions (
  id BYTEA PRIMARY KEY,
  words_ko TEXT NOT NULL,
  words_en TEXT NOT NULL,
  owner TEXT NOT NULL,
  is_committed BOOLEAN NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT,
  -- Why it was taken, and what it undoes, as it was known then.
  reason TEXT NOT NULL,
  undoes_json TEXT NOT NULL,
  by_staff BYTEA,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  rev BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE direction_links (
  direction_id BYTEA NOT NULL,
  item_id BYTEA NOT NULL,
  -- 0 to 3.
  weight BIGINT NOT NULL,
  PRIMARY KEY (direction_id, item_id)
);
CREATE TABLE rank_rules (
  one BIGINT PRIMARY KEY,
  rules_json TEXT NOT NULL,
  rev BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  by_staff BYTEA
);
-- capacity_json: person-weeks by team.
CREATE TABLE half_plans (
  half TEXT PRIMARY KEY,
  capacity_json TEXT NOT NULL,
  rev BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  by_staff BYTEA
);
CREATE TABLE half_musts (
  half TEXT NOT NULL,
  item_id BYTEA NOT NULL,
  words TEXT NOT NULL,
  by_staff BYTEA,
  at BIGINT NOT NULL,
  PRIMARY KEY (half, item_id)
);
CREATE TABLE placements (
  item_id BYTEA PRIMARY KEY,
  rank BIGINT NOT NULL,
  words TEXT NOT NULL,
  half TEXT NOT NULL,
  by_staff BYTEA,
  at BIGINT NOT NULL,
  reviewed_at BIGINT
);
-- A decision as it was made, with everything it was made from.
CREATE TABLE plan_snapshots (
  id BYTEA PRIMARY KEY,
  half TEXT NOT NULL,
  words TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_staff BYTEA,
  body_json TEXT NOT NULL
);
CREATE INDEX plan_snapshots_half ON plan_snapshots (half, at);
