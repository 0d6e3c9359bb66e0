-- What happened to an item that those who asked for it may be told, and the ledger of who was.
-- kind: heard, planned, shipped, declined, changed. One item may have several of a kind: revision counts them.
CREATE TABLE item_events (
  ord BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  item_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  revision BIGINT NOT NULL,
  -- The half-year it was promised for then.
  half TEXT,
  at BIGINT NOT NULL,
  by_staff BYTEA,
  UNIQUE (item_id, kind, revision)
);
CREATE INDEX item_events_at ON item_events (at);
-- What happened before there were events: every item was heard of, and stands where it stands.
INSERT INTO item_events (ord, id, item_id, kind, revision, half, at, by_staff)
  SELECT ROW_NUMBER() OVER (ORDER BY position, id), uuid_send(gen_random_uuid()), id, 'heard', 1, NULL, created_at, created_by
  FROM roadmap_items WHERE removed_at IS NULL;
INSERT INTO item_events (ord, id, item_id, kind, revision, half, at, by_staff)
  SELECT (SELECT COUNT(*) FROM item_events) + ROW_NUMBER() OVER (ORDER BY status_at, id), uuid_send(gen_random_uuid()), id,
    CASE status WHEN 'building' THEN 'planned' ELSE status END, 1, half, status_at, NULL
  FROM roadmap_items WHERE removed_at IS NULL AND status IN ('planned', 'building', 'shipped', 'declined');
INSERT INTO ords (noun, last) SELECT 'item_event', COUNT(*) FROM item_events HAVING COUNT(*) > 0;
-- One row for each ask and event, always. state: pending, told, skipped (reason).
CREATE TABLE notices (
  event_ord BIGINT NOT NULL,
  ask_ord BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  -- The message that told it, or that it was left out of; none when one of us told it otherwise.
  message_ord BIGINT,
  by_staff BYTEA,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (event_ord, ask_ord)
);
CREATE INDEX notices_state ON notices (event_ord, state, reason);
CREATE INDEX notices_ask ON notices (ask_ord);
CREATE INDEX notices_message ON notices (message_ord) WHERE message_ord IS NOT NULL;
INSERT INTO notices (event_ord, ask_ord, state, changed_at)
  SELECT e.ord, a.ord, 'pending', a.created_at FROM item_events e JOIN asks a ON a.item_id = e.item_id;
-- Every decision about a row of the ledger, as it was made.
CREATE TABLE notice_log (
  event_ord BIGINT NOT NULL,
  ask_ord BIGINT NOT NULL,
  position BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  message_ord BIGINT,
  by_staff BYTEA,
  note TEXT,
  at BIGINT NOT NULL,
  PRIMARY KEY (ask_ord, event_ord, position)
);
-- The words behind an ask, copied when it is first answered: they stay, whatever is tagged otherwise later.
CREATE TABLE ask_passages (
  ask_ord BIGINT NOT NULL,
  position BIGINT NOT NULL,
  tagging_ord BIGINT,
  conversation_ord BIGINT,
  quote TEXT NOT NULL,
  language TEXT,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (ask_ord, position)
);
