-- How long what comes in by a door is kept, in days; without a row, for good.
CREATE TABLE door_retention (
  door_ord BIGINT PRIMARY KEY,
  days BIGINT NOT NULL,
  set_at BIGINT NOT NULL
);
-- Conversations whose words were emptied because their time was up. What is said in one later is kept again.
CREATE TABLE emptied_conversations (
  conversation_ord BIGINT PRIMARY KEY,
  emptied_at BIGINT NOT NULL
);
-- Mail of blocked senders: kept and to be looked at, outside of the work.
CREATE TABLE blocked_conversations (
  conversation_ord BIGINT PRIMARY KEY,
  blocked_at BIGINT NOT NULL
);
