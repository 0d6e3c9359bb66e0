-- Customers who agreed to be asked, and were: about which conversation, and in which conversation of their own.
CREATE TABLE ambassador_asks (
  their_conversation_ord BIGINT PRIMARY KEY,
  conversation_ord BIGINT NOT NULL,
  person_ord BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by BYTEA
);
CREATE INDEX ambassador_asks_about ON ambassador_asks (conversation_ord);
CREATE INDEX ambassador_asks_person ON ambassador_asks (person_ord, asked_at);
