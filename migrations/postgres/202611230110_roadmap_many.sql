-- The roadmap stays quick with very many items.
CREATE INDEX roadmap_items_position ON roadmap_items (position, id);
CREATE INDEX item_needs_needed ON item_needs (needs_id);
CREATE INDEX asks_of_taggings ON asks (item_id) WHERE origin = 'taggings';
