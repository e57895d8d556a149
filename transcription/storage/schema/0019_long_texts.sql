ALTER TABLE preferences ADD COLUMN long_texts TEXT NOT NULL DEFAULT 'folded';
UPDATE preferences SET long_texts = 'split' WHERE NOT folds;
ALTER TABLE preferences DROP COLUMN folds;
ALTER TABLE preferences ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
