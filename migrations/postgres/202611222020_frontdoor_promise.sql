-- Where the house promises nothing, a decision holds no promise; how soon it answers stands with its hours.
ALTER TABLE route_decisions ALTER COLUMN promise_at DROP NOT NULL;
