CREATE TABLE texts (  -- what a text is found by: its words and their stems
    job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    terms TEXT NOT NULL
);
-- The tokenizer takes letters that are not ASCII as they are, of whatever version of Unicode.
CREATE VIRTUAL TABLE text_index USING fts5 (
    terms, content = 'texts', content_rowid = 'job_id', detail = 'none',
    tokenize = "ascii tokenchars '_-'"
);
CREATE TRIGGER texts_inserted AFTER INSERT ON texts BEGIN
    INSERT INTO text_index (rowid, terms) VALUES (new.job_id, new.terms);
END;
CREATE TRIGGER texts_deleted AFTER DELETE ON texts BEGIN
    INSERT INTO text_index (text_index, rowid, terms) VALUES ('delete', old.job_id, old.terms);
END;
CREATE TABLE unindexed (below INTEGER NOT NULL);  -- jobs below this id may not be in the index yet
INSERT INTO unindexed SELECT ifnull(max(id), 0) + 1 FROM jobs;
