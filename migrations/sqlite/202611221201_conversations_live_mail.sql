-- What a mail says beside its words: whom it names, what proves its sender, whether a machine wrote it.
ALTER TABLE message_ids ADD COLUMN list_id TEXT;
CREATE TABLE entry_mail (
  entry_ord INTEGER PRIMARY KEY,
  -- Its subject, when that is not the conversation's.
  subject TEXT,
  from_email TEXT,
  to_json TEXT NOT NULL,
  cc_json TEXT NOT NULL,
  -- pass, fail, none, … ; nothing where nobody we trust looked.
  dkim TEXT,
  dkim_domain TEXT,
  spf TEXT,
  dmarc TEXT,
  -- What wrote it: auto_reply, list, bounce, delayed, generated; unreadable for a mail that could not be read.
  machine TEXT,
  list_id TEXT,
  -- Another subject after a day: perhaps another conversation.
  offers_split INTEGER NOT NULL
) STRICT;
