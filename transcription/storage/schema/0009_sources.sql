CREATE TABLE new_jobs (  -- a copy, for the former key was a constraint, which can't be dropped
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: buttons in old messages carry it
    source TEXT NOT NULL,  -- the kind of front that it came from, such as telegram
    source_key TEXT NOT NULL,
    conversation TEXT NOT NULL,
    reply_to TEXT NOT NULL,  -- read by that front only
    user_id INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    file_unique_id TEXT NOT NULL,
    file_size_bytes INTEGER,
    file_duration_s REAL,
    model TEXT NOT NULL,
    language TEXT,
    locale TEXT NOT NULL,
    prompt TEXT,  -- its chat's, as it came
    state TEXT NOT NULL,
    error TEXT,
    error_details TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    ended_at REAL,
    transcript TEXT,  -- JSON, written in the same statement that ends the job
    delivered_at REAL,
    UNIQUE (source, source_key)
);
INSERT INTO new_jobs SELECT
    id, 'telegram', business_connection_id || '/' || chat_id || '/' || message_id,
    business_connection_id || '/' || chat_id,
    business_connection_id || '/' || chat_id || '/' || message_id || '/' || ifnull(thread_id, ''),
    user_id, file_id, file_unique_id, file_size_bytes, file_duration_s, model, language, locale, prompt, state,
    error, error_details, tries, created_at, ended_at, transcript, delivered_at FROM jobs;
DELETE FROM sqlite_sequence WHERE name = 'new_jobs';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_jobs', seq FROM sqlite_sequence WHERE name = 'jobs';
CREATE TABLE deliveries (
    job_id INTEGER PRIMARY KEY REFERENCES new_jobs (id) ON DELETE CASCADE,
    chat_id INTEGER NOT NULL,  -- where it is answered: its group may have become a supergroup
    status_message_id INTEGER
);
INSERT INTO deliveries SELECT id, ifnull(moved_to_chat_id, chat_id), status_message_id FROM jobs
    WHERE ifnull(moved_to_chat_id, status_message_id) IS NOT NULL;
CREATE TABLE new_parts (
    job_id INTEGER NOT NULL REFERENCES new_jobs (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (job_id, ordinal)
);
INSERT INTO new_parts SELECT job_id, ordinal, message_id FROM parts;
DROP TABLE parts;  -- first, for its rows go with those of jobs
DROP TABLE jobs;
ALTER TABLE new_jobs RENAME TO jobs;  -- also where it is referred to
ALTER TABLE new_parts RENAME TO parts;
CREATE INDEX jobs_undelivered ON jobs (source) WHERE delivered_at IS NULL;
CREATE INDEX jobs_by_file ON jobs (file_unique_id);
CREATE INDEX jobs_by_user ON jobs (user_id);
CREATE INDEX jobs_by_conversation ON jobs (source, conversation);
CREATE INDEX jobs_unended ON jobs (user_id) WHERE ended_at IS NULL;
CREATE INDEX jobs_unsaid ON jobs (user_id) WHERE delivered_at IS NULL;
CREATE INDEX jobs_by_end ON jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX deliveries_by_status ON deliveries (status_message_id, chat_id);
