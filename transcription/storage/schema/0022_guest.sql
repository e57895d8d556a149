ALTER TABLE deliveries ADD COLUMN inline_message_id TEXT;  -- of an answer in a chat of which the bot is no member
