-- Asks: one person's demand for one item, from taggings that match it or written down by one of us.
CREATE TABLE asks (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  item_id BYTEA NOT NULL,
  -- As it was when it was made; the one it was merged into is found by its canon.
  person_ord BIGINT NOT NULL,
  account_ord BIGINT,
  -- taggings, hand
  origin TEXT NOT NULL,
  -- open, withdrawn
  state TEXT NOT NULL,
  because TEXT,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  conversations BIGINT NOT NULL,
  passages BIGINT NOT NULL,
  -- Where it was last said.
  conversation_ord BIGINT,
  pinned_at BIGINT,
  language TEXT,
  way_back TEXT,
  words TEXT,
  by_staff BYTEA,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  rev BIGINT NOT NULL DEFAULT 1,
  UNIQUE (item_id, person_ord)
);
CREATE INDEX asks_person ON asks (person_ord);
CREATE INDEX asks_account ON asks (account_ord);
-- How far the asks have followed what was tagged: the number of an event, in one row.
CREATE TABLE asks_followed (
  one BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL
);
