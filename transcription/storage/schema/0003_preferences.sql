CREATE TABLE preferences (
    chat_id INTEGER PRIMARY KEY,
    model TEXT,
    language TEXT
);
