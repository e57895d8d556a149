ALTER TABLE jobs ADD COLUMN prompt TEXT;  -- its chat's, as it came
