ALTER TABLE preferences ADD COLUMN speakers INTEGER;
ALTER TABLE preferences ADD COLUMN mark_unsure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN wanted_look TEXT;  -- JSON: what the buttons under a text were pressed for
ALTER TABLE deliveries ADD COLUMN shown_look TEXT;  -- the one that its messages have; NULL is that of all texts
CREATE INDEX deliveries_stale ON deliveries (job_id) WHERE wanted_look IS NOT shown_look;
CREATE INDEX parts_by_message ON parts (message_id);
