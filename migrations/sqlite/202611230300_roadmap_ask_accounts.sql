-- Most who ask by a vote have no account: only those with one are looked up by it.
DROP INDEX asks_account;
CREATE INDEX asks_account ON asks (account_ord) WHERE account_ord IS NOT NULL;
