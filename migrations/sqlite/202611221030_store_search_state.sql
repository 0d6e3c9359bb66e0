-- The version of the tokens that the index was made with; another one means: index everything anew.
CREATE TABLE search_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token_version INTEGER NOT NULL
) STRICT;
INSERT INTO search_state (id, token_version) VALUES (1, 1);
