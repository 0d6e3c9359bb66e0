-- What an item says before its release (documentation, macro, who was trained, expected contacts, where people should learn
-- of it) and afterwards (what came).
CREATE TABLE item_releases (
  item_id BLOB PRIMARY KEY,
  note_json TEXT NOT NULL,
  rev INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  by_staff BLOB
) STRICT;
