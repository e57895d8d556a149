CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: buttons in old messages carry it
    business_connection_id TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    thread_id INTEGER,
    user_id INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    file_unique_id TEXT NOT NULL,
    file_size_bytes INTEGER,
    file_duration_s REAL,
    model TEXT NOT NULL,
    language TEXT,
    locale TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    error_details TEXT,
    status_message_id INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    ended_at REAL,
    transcript TEXT,  -- JSON, written in the same statement that ends the job
    delivered_at REAL,
    UNIQUE (business_connection_id, chat_id, message_id)
);
CREATE INDEX jobs_undelivered ON jobs (id) WHERE delivered_at IS NULL;
CREATE INDEX jobs_by_file ON jobs (file_unique_id);
CREATE INDEX jobs_by_user ON jobs (user_id);
