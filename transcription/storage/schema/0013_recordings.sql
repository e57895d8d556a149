CREATE TABLE recordings (
    id TEXT PRIMARY KEY,  -- and the name of its file
    owner TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at REAL NOT NULL
);
CREATE INDEX recordings_by_age ON recordings (created_at);
