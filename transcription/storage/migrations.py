"""The store's schema as an ordered list of steps. Append, never edit: users' databases have run the old ones."""

import aiosqlite

STEPS: tuple[tuple[str, str], ...] = (
    (
        "0001_jobs",
        """
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
        """,
    ),
    (
        "0002_parts",
        """
        CREATE TABLE parts (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            PRIMARY KEY (job_id, ordinal)
        );
        """,
    ),
    (
        "0003_preferences",
        """
        CREATE TABLE preferences (
            chat_id INTEGER PRIMARY KEY,
            model TEXT,
            language TEXT
        );
        """,
    ),
    (
        "0004_speeds",
        """
        CREATE TABLE speeds (
            model TEXT PRIMARY KEY,
            rtf REAL NOT NULL
        );
        """,
    ),
    (
        "0005_prompts",
        """
        ALTER TABLE preferences ADD COLUMN prompt TEXT;
        """,
    ),
    (
        "0006_machines",
        """
        DROP TABLE speeds;  -- nobody knows of which machine
        CREATE TABLE speeds (
            machine TEXT NOT NULL,
            model TEXT NOT NULL,
            rtf REAL NOT NULL,
            PRIMARY KEY (machine, model)
        );
        CREATE TABLE chosen_models (
            machine TEXT PRIMARY KEY,
            model TEXT NOT NULL
        );
        """,
    ),
    (
        "0007_prompts_of_jobs",
        """
        ALTER TABLE jobs ADD COLUMN prompt TEXT;  -- its chat's, as it came
        """,
    ),
    (
        "0008_under_load",
        """
        ALTER TABLE jobs ADD COLUMN moved_to_chat_id INTEGER;  -- the supergroup that its group has become
        CREATE INDEX jobs_unended ON jobs (user_id) WHERE ended_at IS NULL;
        CREATE INDEX jobs_unsaid ON jobs (user_id) WHERE delivered_at IS NULL;
        CREATE INDEX jobs_by_end ON jobs (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX jobs_by_status ON jobs (status_message_id, ifnull(moved_to_chat_id, chat_id))
            WHERE status_message_id IS NOT NULL;
        DELETE FROM speeds;  -- notes without speech may have spoilt them; the next start measures again
        DELETE FROM chosen_models;
        """,
    ),
    (
        "0009_sources",
        """
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
        """,
    ),
    (
        "0010_options",
        """
        ALTER TABLE jobs ADD COLUMN options TEXT NOT NULL DEFAULT '{}';  -- JSON of what was asked beside the text
        ALTER TABLE jobs ADD COLUMN based_on INTEGER;  -- the job whose transcript this one has more of
        """,
    ),
    (
        "0011_looks",
        """
        ALTER TABLE preferences ADD COLUMN speakers INTEGER;
        ALTER TABLE preferences ADD COLUMN mark_unsure INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE deliveries ADD COLUMN wanted_look TEXT;  -- JSON: what the buttons under a text were pressed for
        ALTER TABLE deliveries ADD COLUMN shown_look TEXT;  -- the one that its messages have; NULL is that of all texts
        CREATE INDEX deliveries_stale ON deliveries (job_id) WHERE wanted_look IS NOT shown_look;
        CREATE INDEX parts_by_message ON parts (message_id);
        """,
    ),
    (
        "0012_api_keys",
        """
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY,  -- part of the key, and no secret
            name TEXT NOT NULL UNIQUE,
            secret_hash BLOB NOT NULL,
            scopes TEXT NOT NULL,
            rate TEXT,
            expires_at REAL,
            created_at REAL NOT NULL
        );
        """,
    ),
    (
        "0013_recordings",
        """
        CREATE TABLE recordings (
            id TEXT PRIMARY KEY,  -- and the name of its file
            owner TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            created_at REAL NOT NULL
        );
        CREATE INDEX recordings_by_age ON recordings (created_at);
        """,
    ),
    (
        "0014_app_language",
        """
        ALTER TABLE jobs ADD COLUMN app_language TEXT;  -- a tag of BCP 47, as the sender's app has it
        """,
    ),
    (
        "0015_on_request",
        """
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
        """,
    ),
    (
        "0016_search",
        """
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
        """,
    ),
    (
        "0017_settings",
        """
        ALTER TABLE preferences ADD COLUMN show_times INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE preferences ADD COLUMN paragraphs INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE preferences ADD COLUMN file_format TEXT NOT NULL DEFAULT 'txt';
        ALTER TABLE preferences ADD COLUMN folds INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE preferences ADD COLUMN drafts INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE preferences ADD COLUMN tidy INTEGER NOT NULL DEFAULT 0;
        """,
    ),
    (
        "0018_owner",
        """
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
        """,
    ),
)


async def migrate(db: aiosqlite.Connection) -> None:
    """Bring the database up to the newest schema; each step is applied wholly or not at all."""
    await db.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
    for name, sql in await missing_steps(db):
        await db.executescript(f"BEGIN; {sql} INSERT INTO migrations VALUES ('{name}'); COMMIT;")


async def missing_steps(db: aiosqlite.Connection) -> list[tuple[str, str]]:
    """The steps that the database has not seen yet."""
    async with db.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'") as rows:
        if await rows.fetchone() is None:
            return list(STEPS)
    async with db.execute("SELECT name FROM migrations") as rows:
        applied = {name async for (name,) in rows}
    return [step for step in STEPS if step[0] not in applied]
