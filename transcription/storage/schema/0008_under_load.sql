ALTER TABLE jobs ADD COLUMN moved_to_chat_id INTEGER;  -- the supergroup that its group has become
CREATE INDEX jobs_unended ON jobs (user_id) WHERE ended_at IS NULL;
CREATE INDEX jobs_unsaid ON jobs (user_id) WHERE delivered_at IS NULL;
CREATE INDEX jobs_by_end ON jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX jobs_by_status ON jobs (status_message_id, ifnull(moved_to_chat_id, chat_id))
    WHERE status_message_id IS NOT NULL;
DELETE FROM speeds;  -- notes without speech may have spoilt them; the next start measures again
DELETE FROM chosen_models;
