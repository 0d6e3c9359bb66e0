-- Working the inbox: which of our teams answers, and until when a conversation rests.
ALTER TABLE conversations ADD COLUMN staff_team_id INTEGER;
ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER;
CREATE INDEX conversations_staff_team ON conversations (staff_team_id, last_entry_at, ord) WHERE staff_team_id IS NOT NULL;
CREATE INDEX conversations_snoozed ON conversations (last_entry_at, ord) WHERE snoozed_until IS NOT NULL;
