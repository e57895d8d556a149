ALTER TABLE preferences ADD COLUMN prompt TEXT;
