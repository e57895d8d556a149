ALTER TABLE preferences ADD COLUMN omit_fillers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE preferences ADD COLUMN join_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN sent_at REAL;  -- Unix seconds, where the front knows
ALTER TABLE jobs ADD COLUMN row_of INTEGER;  -- the first job of the recordings that become one text with it
CREATE INDEX jobs_by_row ON jobs (row_of) WHERE row_of IS NOT NULL;
