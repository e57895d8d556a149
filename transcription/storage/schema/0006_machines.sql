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
