-- What one of us wants to be told by mail as well, until when that was done, and before when it is not done again.
CREATE TABLE notice_mails (
  staff_id BYTEA PRIMARY KEY,
  mention BOOLEAN NOT NULL,
  assigned BOOLEAN NOT NULL,
  said BOOLEAN NOT NULL,
  mailed_until BIGINT NOT NULL,
  next_at BIGINT NOT NULL
);
