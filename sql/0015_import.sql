-- What an article of another program said when it was last brought in: only what has changed since is brought in again.
ALTER TABLE article ADD COLUMN import_hash BYTEA;  -- SHA-256 of title and text; NULL: made here
