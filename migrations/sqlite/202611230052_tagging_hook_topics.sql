-- What a webhook is about: tags, or the roadmap.
ALTER TABLE tagging_hooks ADD COLUMN topic TEXT NOT NULL DEFAULT 'tags';
