-- What one of us wants to be told by mail as well, until when that was done, and before when it is not done again.
CREATE TABLE notice_mails (
  staff_id BLOB PRIMARY KEY,
  mention INTEGER NOT NULL,
  assigned INTEGER NOT NULL,
  said INTEGER NOT NULL,
  mailed_until INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) STRICT;
