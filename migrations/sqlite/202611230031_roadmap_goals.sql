-- Shared goals: what is measured live, who owns it together, with what it conflicts, and what it was on each day.
CREATE TABLE goals (
  id BLOB PRIMARY KEY,
  words_ko TEXT NOT NULL,
  words_en TEXT NOT NULL,
  measure TEXT NOT NULL,
  item_id BLOB,
  tag_ord INTEGER,
  target REAL NOT NULL,
  -- Whether it is reached from below; otherwise from above.
  is_more INTEGER NOT NULL,
  -- Days since 1970-01-01.
  until INTEGER NOT NULL,
  conflicts_id BLOB,
  conflict_words TEXT,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  closed_at INTEGER,
  rev INTEGER NOT NULL
) STRICT;
-- Departments are teams of ours, by name.
CREATE TABLE goal_owners (
  goal_id BLOB NOT NULL,
  department TEXT NOT NULL,
  staff_id BLOB,
  PRIMARY KEY (goal_id, department)
) STRICT;
CREATE TABLE goal_values (
  goal_id BLOB NOT NULL,
  day INTEGER NOT NULL,
  value REAL,
  n INTEGER NOT NULL,
  cases INTEGER,
  PRIMARY KEY (goal_id, day)
) STRICT;
-- Where customers meet us, and who looks after that.
CREATE TABLE contact_points (
  id BLOB PRIMARY KEY,
  name_ko TEXT NOT NULL,
  name_en TEXT NOT NULL,
  stage TEXT NOT NULL,
  door_ord INTEGER,
  channel TEXT,
  department TEXT,
  staff_id BLOB,
  good_ko TEXT NOT NULL,
  good_en TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  rev INTEGER NOT NULL
) STRICT;
-- An area of the product is a branch of the tags: who owns it in each department, and what happens next.
CREATE TABLE area_owners (
  tag_ord INTEGER NOT NULL,
  department TEXT NOT NULL,
  staff_id BLOB,
  PRIMARY KEY (tag_ord, department)
) STRICT;
CREATE TABLE area_steps (
  id BLOB PRIMARY KEY,
  tag_ord INTEGER NOT NULL,
  words TEXT NOT NULL,
  department TEXT,
  staff_id BLOB,
  due INTEGER,
  done_at INTEGER,
  created_at INTEGER NOT NULL,
  created_by BLOB,
  rev INTEGER NOT NULL
) STRICT;
CREATE INDEX area_steps_tag ON area_steps (tag_ord);
