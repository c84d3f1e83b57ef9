-- Careful mode has a clock: a lead or the legal owner is to have it in hand by then, or they are told again.
ALTER TABLE careful ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE careful ADD COLUMN told BIGINT NOT NULL DEFAULT 0;  -- how often they were told …
ALTER TABLE careful ADD COLUMN told_at BIGINT;                  -- … and when last
ALTER TABLE careful ADD COLUMN taken_by BIGINT;                 -- who said "I have it"
ALTER TABLE careful ADD COLUMN taken_at BIGINT;
UPDATE careful SET due_at = since;                              -- those that are there nobody has said of
CREATE INDEX careful_waits ON careful (account_id, due_at, conversation_id) WHERE taken_at IS NULL;
