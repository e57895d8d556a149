CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,  -- part of the key, and no secret
    name TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    scopes TEXT NOT NULL,
    rate TEXT,
    expires_at REAL,
    created_at REAL NOT NULL
);
