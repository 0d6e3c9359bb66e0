-- Shared goals: what is measured live, who owns it together, with what it conflicts, and what it was on each day.
CREATE TABLE goals (
  id BYTEA PRIMARY KEY,
  words_ko TEXT NOT NULL,
  words_en TEXT NOT NULL,
  measure TEXT NOT NULL,
  item_id BYTEA,
  tag_ord BIGINT,
  target DOUBLE PRECISION NOT NULL,
  -- Whether it is reached from below; otherwise from above.
  is_more BOOLEAN NOT NULL,
  -- Days since 1970-01-01.
  until BIGINT NOT NULL,
  conflicts_id BYTEA,
  conflict_words TEXT,
  created_at BIGINT NOT NULL,
  created_by BYTEA,
  closed_at BIGINT,
  rev BIGINT NOT NULL
);
-- Departments are teams of ours, by name.
CREATE TABLE goal_owners (
  goal_id BYTEA NOT NULL,
  department TEXT NOT NULL,
  staff_id BYTEA,
  PRIMARY KEY (goal_id, department)
);
CREATE TABLE goal_values (
  goal_id BYTEA NOT NULL,
  day BIGINT NOT NULL,
  value DOUBLE PRECISION,
  n BIGINT NOT NULL,
  cases BIGINT,
  PRIMARY KEY (goal_id, day)
);
-- Where customers meet us, and who looks after that.
CREATE TABLE contact_points (
  id BYTEA PRIMARY KEY,
  name_ko TEXT NOT NULL,
  name_en TEXT NOT NULL,
  stage TEXT NOT NULL,
  door_ord BIGINT,
  channel TEXT,
  department TEXT,
  staff_id BYTEA,
  good_ko TEXT NOT NULL,
  good_en TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by BYTEA,
  rev BIGINT NOT NULL
);
-- An area of the product is a branch of the tags: who owns it in each department, and what happens next.
CREATE TABLE area_owners (
  tag_ord BIGINT NOT NULL,
  department TEXT NOT NULL,
  staff_id BYTEA,
  PRIMARY KEY (tag_ord, department)
);
CREATE TABLE area_steps (
  id BYTEA PRIMARY KEY,
  tag_ord BIGINT NOT NULL,
  words TEXT NOT NULL,
  department TEXT,
  staff_id BYTEA,
  due BIGINT,
  done_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by BYTEA,
  rev BIGINT NOT NULL
);
CREATE INDEX area_steps_tag ON area_steps (tag_ord);
