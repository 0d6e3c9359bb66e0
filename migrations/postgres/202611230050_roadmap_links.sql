-- What an item is called elsewhere: the request it came from, the issue it is built in. One thing elsewhere is one item here.
CREATE TABLE item_links (
  item_id BYTEA NOT NULL,
  -- Where: canny, fider, a source of an import; github, linear, jira; web for any other address.
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  url TEXT,
  -- As they call it, and whether that means open, building or done.
  state_name TEXT,
  state TEXT,
  state_at BIGINT,
  created_at BIGINT NOT NULL,
  by_staff BYTEA,
  PRIMARY KEY (source, external_id)
);
CREATE INDEX item_links_item ON item_links (item_id);
