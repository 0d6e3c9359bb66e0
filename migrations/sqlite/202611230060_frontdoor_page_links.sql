-- Somebody who lost the address of their own page asked for a new one: kept for some days, to count how often.
CREATE TABLE page_links (
  id BLOB PRIMARY KEY,
  email TEXT NOT NULL,
  -- By which they are counted.
  email_fold TEXT NOT NULL,
  language TEXT NOT NULL,
  -- The network it came from.
  place TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  mailed_at INTEGER
) STRICT;
CREATE INDEX page_links_place ON page_links (place, asked_at);
CREATE INDEX page_links_email ON page_links (email_fold, asked_at);
CREATE INDEX page_links_asked ON page_links (asked_at);
