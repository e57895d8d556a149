CREATE TABLE people (
    user_id INTEGER PRIMARY KEY,  -- or a chat's id, of an anonymous admin or a channel
    access TEXT,  -- allowed, banned, asking or refused; NULL is as the settings say
    minutes_per_day INTEGER,  -- NULL is as the settings say, 0 is without limit
    locale TEXT,  -- the language to write to them in
    invite TEXT,  -- the one that was used
    weekly_at REAL,  -- when the next weekly note is due, where one is asked for
    changed_at REAL NOT NULL
);
CREATE INDEX people_by_invite ON people (invite) WHERE invite IS NOT NULL;
CREATE INDEX people_by_access ON people (access) WHERE access IS NOT NULL;
CREATE TABLE invites (
    code TEXT PRIMARY KEY,
    uses INTEGER NOT NULL,
    expires_at REAL NOT NULL
);
ALTER TABLE jobs ADD COLUMN work_s REAL;  -- for how long it kept a thread busy
CREATE TABLE usage (  -- numbers that outlive their job
    job_id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    user_id INTEGER,  -- NULL once the job is deleted
    ended_at REAL NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    model TEXT NOT NULL,
    audio_s REAL NOT NULL,
    took_s REAL NOT NULL,
    work_s REAL
);
CREATE INDEX usage_by_end ON usage (ended_at);
CREATE INDEX usage_by_user ON usage (source, user_id) WHERE user_id IS NOT NULL;
CREATE TABLE used_today (  -- for limits, which deleting one's notes does not lift
    source TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    audio_s REAL NOT NULL,
    PRIMARY KEY (source, user_id, day)
);
INSERT INTO usage SELECT
    id, source, user_id, ended_at, state, error, ifnull(json_extract(transcript, '$.model'), model),
    ifnull(json_extract(transcript, '$.duration_ms') / 1000.0, 0), max(0, ended_at - created_at), NULL
    FROM jobs WHERE ended_at IS NOT NULL;
CREATE TABLE alerts (  -- what the owner was told of, and is not over
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    begun_at REAL NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE TRIGGER job_ended AFTER UPDATE OF ended_at ON jobs
    WHEN new.ended_at IS NOT NULL AND old.ended_at IS NULL
BEGIN
    INSERT INTO usage VALUES (
        new.id, new.source, new.user_id, new.ended_at, new.state, new.error,
        ifnull(json_extract(new.transcript, '$.model'), new.model),
        ifnull(json_extract(new.transcript, '$.duration_ms') / 1000.0, 0),
        max(0, new.ended_at - new.created_at), new.work_s
    );
    DELETE FROM used_today WHERE day < date(new.ended_at, 'unixepoch', 'localtime');
    INSERT INTO used_today SELECT source, user_id, date(ended_at, 'unixepoch', 'localtime'), audio_s
        FROM usage WHERE job_id = new.id AND audio_s > 0
        ON CONFLICT DO UPDATE SET audio_s = audio_s + excluded.audio_s;
END;
CREATE TRIGGER job_deleted AFTER DELETE ON jobs BEGIN
    UPDATE usage SET user_id = NULL WHERE job_id = old.id;
END;
