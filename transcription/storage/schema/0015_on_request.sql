ALTER TABLE preferences ADD COLUMN mode TEXT;
ALTER TABLE preferences ADD COLUMN locale TEXT;
CREATE TABLE deferred (
    source TEXT NOT NULL,
    source_key TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    request TEXT NOT NULL,  -- JSON
    created_at REAL NOT NULL,
    PRIMARY KEY (source, source_key)
);
CREATE INDEX deferred_by_age ON deferred (created_at);
CREATE INDEX deferred_by_user ON deferred (user_id);
