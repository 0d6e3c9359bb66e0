-- Doors that tell at once that something came in, and in which words; empty words are ours.
CREATE TABLE door_acknowledgements (
  door_ord INTEGER PRIMARY KEY,
  text_ko TEXT NOT NULL,
  text_en TEXT NOT NULL
) STRICT;
