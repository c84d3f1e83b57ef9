-- Finding everybody who was told may take thousands of rows: they are written some at a time, by a job.
ALTER TABLE recall ADD COLUMN look_from BIGINT;                  -- when the look that goes on began; NULL: none does
ALTER TABLE recall ADD COLUMN look_all BIGINT NOT NULL DEFAULT 0;  -- who were found, by the last look of a job
ALTER TABLE recall ADD COLUMN look_done BIGINT NOT NULL DEFAULT 0; -- of those, who are written down
ALTER TABLE recall ADD COLUMN looked_at BIGINT;                  -- when the last whole look began; NULL: before this
