-- Whether those who voted elsewhere, and never wrote to us, are told what became of it.
ALTER TABLE telling_settings ADD COLUMN tells_voters INTEGER NOT NULL DEFAULT 1;
