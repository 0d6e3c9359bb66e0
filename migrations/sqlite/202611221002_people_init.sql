-- Persons, the teams that use and decide, the accounts that pay; their identities, facts over time, and one timeline.
CREATE TABLE accounts (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  canon_ord INTEGER NOT NULL,
  source TEXT,
  external_id TEXT,
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  domain TEXT,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER,
  erased_at INTEGER,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX accounts_external ON accounts (external_id, source) WHERE external_id IS NOT NULL;
CREATE INDEX accounts_name ON accounts (name_fold);
CREATE INDEX accounts_domain ON accounts (domain) WHERE domain IS NOT NULL;
CREATE INDEX accounts_canon ON accounts (canon_ord);
CREATE TABLE teams (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  canon_ord INTEGER NOT NULL,
  source TEXT,
  external_id TEXT,
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  account_ord INTEGER,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER,
  erased_at INTEGER,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX teams_external ON teams (external_id, source) WHERE external_id IS NOT NULL;
CREATE INDEX teams_name ON teams (name_fold);
CREATE INDEX teams_account ON teams (account_ord);
CREATE INDEX teams_canon ON teams (canon_ord);
CREATE TABLE persons (
  ord INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  canon_ord INTEGER NOT NULL,
  source TEXT,
  external_id TEXT,
  name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  email TEXT,
  role TEXT,
  language TEXT,
  team_ord INTEGER,
  account_ord INTEGER,
  created_at INTEGER NOT NULL,
  first_seen_at INTEGER,
  last_seen_at INTEGER,
  erased_at INTEGER,
  rev INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX persons_external ON persons (source, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX persons_name ON persons (name_fold);
CREATE INDEX persons_team ON persons (team_ord);
CREATE INDEX persons_account ON persons (account_ord);
CREATE INDEX persons_canon ON persons (canon_ord);
CREATE INDEX persons_seen ON persons (last_seen_at, ord);
-- How we know that somebody is somebody: an e-mail address, an id of another system; with its proof.
CREATE TABLE identities (
  id BLOB PRIMARY KEY,
  person_ord INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  value_fold TEXT NOT NULL,
  proof TEXT NOT NULL,
  source TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  UNIQUE (kind, value_fold)
) STRICT;
CREATE INDEX identities_person ON identities (person_ord);
-- Facts are appended, never changed: plan, seats_paid, seats_active, revenue_minor + currency, employees, name, domain.
CREATE TABLE account_facts (
  account_ord INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (account_ord, name, valid_from, recorded_at)
) STRICT;
CREATE TABLE team_facts (
  team_ord INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  source TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (team_ord, name, valid_from, recorded_at)
) STRICT;
-- A mail domain only proposes an account; somebody of ours accepts or declines.
CREATE TABLE account_proposals (
  domain TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  account_ord INTEGER,
  persons INTEGER NOT NULL,
  proposed_at INTEGER NOT NULL,
  decided_at INTEGER,
  decided_by BLOB
) STRICT;
CREATE TABLE merges (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  noun TEXT NOT NULL,
  from_ord INTEGER NOT NULL,
  into_ord INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_staff BLOB,
  reason TEXT NOT NULL DEFAULT '',
  undone_at INTEGER
) STRICT;
-- Every touchpoint of every room on one timeline. Written by the room where it happened.
CREATE TABLE touchpoints (
  ord INTEGER PRIMARY KEY,
  person_ord INTEGER,
  team_ord INTEGER,
  account_ord INTEGER,
  at INTEGER NOT NULL,
  room TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject_id BLOB NOT NULL,
  door_ord INTEGER NOT NULL DEFAULT 0,
  summary TEXT NOT NULL
) STRICT;
CREATE INDEX touchpoints_person ON touchpoints (person_ord, at) WHERE person_ord IS NOT NULL;
CREATE INDEX touchpoints_team ON touchpoints (team_ord, at) WHERE team_ord IS NOT NULL;
CREATE INDEX touchpoints_account ON touchpoints (account_ord, at) WHERE account_ord IS NOT NULL;
CREATE INDEX touchpoints_subject ON touchpoints (subject_id);
