-- Several programs on one database: each knows its own leases again after a restart, and nobody writes with a number that
-- was given to somebody else. Leases are told by the database's clock, of which there is one.

ALTER TABLE node ADD COLUMN run TEXT NOT NULL DEFAULT '';       -- this start of the holder; empty: has ended
ALTER TABLE node ADD COLUMN name TEXT NOT NULL DEFAULT '';      -- as people call it
ALTER TABLE node ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN ids_to BIGINT NOT NULL DEFAULT 0;   -- ids with this number may have times up to this one
ALTER TABLE job ADD COLUMN holder TEXT NOT NULL DEFAULT '';     -- who has leased it: node.holder
ALTER TABLE job ADD COLUMN claim BIGINT NOT NULL DEFAULT 0;     -- names one lease: whoever settles must know it
