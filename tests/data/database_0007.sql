BEGIN TRANSACTION;
CREATE TABLE chosen_models (
            machine TEXT PRIMARY KEY,
            model TEXT NOT NULL
        );
INSERT INTO "chosen_models" VALUES('here','base');
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
            delivered_at REAL, prompt TEXT,
            UNIQUE (business_connection_id, chat_id, message_id)
        );
INSERT INTO "jobs" VALUES(1,'',7,101,NULL,7,'file-101','unique-101',9000,3.0,'base',NULL,'en','done',NULL,NULL,1001,1,1.79528534616602420802e+09,1.79528534616844511026e+09,'{"segments": [{"start_ms": 0, "end_ms": 900, "text": "Good morning."}, {"start_ms": 900, "end_ms": 1500, "text": "All is well."}], "language": "en", "language_probability": 0.97, "duration_ms": 1500, "model": "base"}',1.79528534617398166659e+09,'Grafana, Марья');
INSERT INTO "jobs" VALUES(2,'',7,102,NULL,7,'file-102','unique-102',9000,3.0,'base',NULL,'en','done',NULL,NULL,1005,0,1.79528534617463254928e+09,1.79528534617605233197e+09,'{"segments": [{"start_ms": 0, "end_ms": 900, "text": "Good morning."}, {"start_ms": 900, "end_ms": 1500, "text": "All is well."}], "language": "en", "language_probability": 0.97, "duration_ms": 1500, "model": "base"}',NULL,'Grafana, Марья');
INSERT INTO "jobs" VALUES(3,'',7,103,NULL,7,'file-103','unique-103',9000,3.0,'base',NULL,'en','running',NULL,NULL,1007,1,1.7952853461769168377e+09,NULL,NULL,NULL,'Grafana, Марья');
INSERT INTO "jobs" VALUES(4,'',7,104,NULL,7,'file-104','unique-104',9000,3.0,'base',NULL,'en','queued',NULL,NULL,NULL,0,1.79528534618199610709e+09,NULL,NULL,NULL,'Grafana, Марья');
INSERT INTO "jobs" VALUES(5,'',-1005,105,5,7,'file-105','unique-105',9000,3.0,'base','pt','en','queued',NULL,NULL,NULL,0,1795285346.18601,NULL,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(6,'',-1005,106,NULL,8,'file-106','unique-106',9000,3.0,'base',NULL,'ru','failed','too-long','{"limit_s": 60}',2001,0,1.79528534619003844264e+09,1.79528534619813013076e+09,NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(7,'',-1005,107,NULL,7,'file-107','unique-107',9000,3.0,'base',NULL,'en','cancelled',NULL,NULL,NULL,0,1.79528534620226144788e+09,1.79528534620603799814e+09,NULL,1.79528534621004199982e+09,NULL);
INSERT INTO "jobs" VALUES(8,'shop-Connection_1',9,101,NULL,9,'file-101','unique-101',9000,3.0,'small',NULL,'ru','done',NULL,NULL,3001,0,1.79528534621406316755e+09,1.79528534622215628626e+09,'{"segments": [{"start_ms": 0, "end_ms": 900, "text": "Привет."}], "language": "ru", "language_probability": 0.99, "duration_ms": 900, "model": "small"}',1.795285346226047039e+09,NULL);
INSERT INTO "jobs" VALUES(9,'shop-Connection_1',9,102,NULL,9,'file-102','unique-102',9000,3.0,'small',NULL,'ru','queued',NULL,NULL,NULL,0,1.79528534623003530501e+09,NULL,NULL,NULL,NULL);
CREATE TABLE migrations (name TEXT PRIMARY KEY);
INSERT INTO "migrations" VALUES('0001_jobs');
INSERT INTO "migrations" VALUES('0002_parts');
INSERT INTO "migrations" VALUES('0003_preferences');
INSERT INTO "migrations" VALUES('0004_speeds');
INSERT INTO "migrations" VALUES('0005_prompts');
INSERT INTO "migrations" VALUES('0006_machines');
INSERT INTO "migrations" VALUES('0007_prompts_of_jobs');
CREATE TABLE parts (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            message_id INTEGER NOT NULL,
            PRIMARY KEY (job_id, ordinal)
        );
INSERT INTO "parts" VALUES(1,1,1002);
INSERT INTO "parts" VALUES(1,2,1003);
INSERT INTO "parts" VALUES(1,-1,1004);
INSERT INTO "parts" VALUES(2,1,1006);
CREATE TABLE preferences (
            chat_id INTEGER PRIMARY KEY,
            model TEXT,
            language TEXT
        , prompt TEXT);
INSERT INTO "preferences" VALUES(-1005,NULL,'pt',NULL);
INSERT INTO "preferences" VALUES(7,'small','ru','Grafana, Марья');
CREATE TABLE speeds (
            machine TEXT NOT NULL,
            model TEXT NOT NULL,
            rtf REAL NOT NULL,
            PRIMARY KEY (machine, model)
        );
INSERT INTO "speeds" VALUES('here','base',0.25);
CREATE INDEX jobs_undelivered ON jobs (id) WHERE delivered_at IS NULL;
CREATE INDEX jobs_by_file ON jobs (file_unique_id);
CREATE INDEX jobs_by_user ON jobs (user_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',10);
COMMIT;
