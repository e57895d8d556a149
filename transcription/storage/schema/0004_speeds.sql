CREATE TABLE speeds (
    model TEXT PRIMARY KEY,
    rtf REAL NOT NULL
);
