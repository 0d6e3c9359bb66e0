-- Who asks for an item otherwise than by what was tagged: counted on every card of the board.
CREATE INDEX asks_direct ON asks (item_id, person_ord, account_ord) WHERE origin <> 'taggings' AND state <> 'withdrawn';
