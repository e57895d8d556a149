ALTER TABLE jobs ADD COLUMN app_language TEXT;  -- a tag of BCP 47, as the sender's app has it
