-- Customers who agreed to be asked, and were: about which conversation, and in which conversation of their own.
CREATE TABLE ambassador_asks (
  their_conversation_ord INTEGER PRIMARY KEY,
  conversation_ord INTEGER NOT NULL,
  person_ord INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  asked_by BLOB
) STRICT;
CREATE INDEX ambassador_asks_about ON ambassador_asks (conversation_ord);
CREATE INDEX ambassador_asks_person ON ambassador_asks (person_ord, asked_at);
