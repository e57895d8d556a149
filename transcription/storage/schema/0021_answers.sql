CREATE TABLE answers (  -- what a language model made of texts
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,  -- of the model, the language and the text that it was made of
    text TEXT NOT NULL,
    share REAL NOT NULL,
    is_whole INTEGER NOT NULL,
    PRIMARY KEY (job_id, kind)
);
ALTER TABLE preferences ADD COLUMN llm_host TEXT;
