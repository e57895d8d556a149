ALTER TABLE jobs ADD COLUMN options TEXT NOT NULL DEFAULT '{}';  -- JSON of what was asked beside the text
ALTER TABLE jobs ADD COLUMN based_on INTEGER;  -- the job whose transcript this one has more of
