-- Mailboxes: doors of kind `mailbox` with where their mail comes from and goes out by; how far each has been read; and
-- every mail a server gave us, kept before anything is read out of it.
CREATE TABLE mailboxes (
  door_ord BIGINT PRIMARY KEY,
  address TEXT NOT NULL,
  address_fold TEXT NOT NULL UNIQUE,
  from_name TEXT NOT NULL,
  signature TEXT NOT NULL,
  imap_host TEXT NOT NULL,
  imap_port BIGINT NOT NULL,
  -- tls, starttls or none
  imap_tls TEXT NOT NULL,
  folder TEXT NOT NULL,
  smtp_host TEXT NOT NULL,
  smtp_port BIGINT NOT NULL,
  smtp_tls TEXT NOT NULL,
  username TEXT NOT NULL,
  -- password or xoauth2
  auth TEXT NOT NULL,
  secret_sealed TEXT NOT NULL,
  -- The server whose Authentication-Results count; none counts without it.
  auth_server TEXT,
  -- A person's choice; the program never changes it.
  is_active BOOLEAN NOT NULL,
  -- Everything that the server received since then is to be here.
  since_at BIGINT NOT NULL,
  -- The cursor: moved in the transaction that keeps the mails it passes.
  uid_validity BIGINT,
  last_uid BIGINT NOT NULL DEFAULT 0,
  reconciled_at BIGINT,
  seen_at BIGINT,
  failing_since BIGINT,
  failures BIGINT NOT NULL DEFAULT 0,
  fault_json TEXT,
  created_at BIGINT NOT NULL,
  rev BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE mail_arrivals (
  door_ord BIGINT NOT NULL,
  folder TEXT NOT NULL,
  uid_validity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  -- None when the server has it and could not give it.
  raw_ord BIGINT,
  -- stored, taken, copy, unread or withheld
  state TEXT NOT NULL,
  -- How often a process began to read it and may have died of it.
  tries BIGINT NOT NULL DEFAULT 0,
  arrived_at BIGINT NOT NULL,
  message_id TEXT,
  body_hash TEXT,
  entry_ord BIGINT,
  fault_json TEXT,
  PRIMARY KEY (door_ord, folder, uid_validity, uid)
);
CREATE INDEX mail_arrivals_stored ON mail_arrivals (raw_ord) WHERE state = 'stored';
CREATE INDEX mail_arrivals_message ON mail_arrivals (door_ord, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX mail_arrivals_entry ON mail_arrivals (entry_ord) WHERE entry_ord IS NOT NULL;
