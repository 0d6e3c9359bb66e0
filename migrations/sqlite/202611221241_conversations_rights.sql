-- How long what comes in by a door is kept, in days; without a row, for good.
CREATE TABLE door_retention (
  door_ord INTEGER PRIMARY KEY,
  days INTEGER NOT NULL,
  set_at INTEGER NOT NULL
) STRICT;
-- Conversations whose words were emptied because their time was up. What is said in one later is kept again.
CREATE TABLE emptied_conversations (
  conversation_ord INTEGER PRIMARY KEY,
  emptied_at INTEGER NOT NULL
) STRICT;
-- Mail of blocked senders: kept and to be looked at, outside of the work.
CREATE TABLE blocked_conversations (
  conversation_ord INTEGER PRIMARY KEY,
  blocked_at INTEGER NOT NULL
) STRICT;
