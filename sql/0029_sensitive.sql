-- Files that show a card, a paper or a transfer slip: not shown until somebody looks, which is noted, and gone sooner than others.
ALTER TABLE attachment ADD COLUMN sensitive_at BIGINT;   -- since when it is one; NULL: it is not
ALTER TABLE attachment ADD COLUMN sensitive_by BIGINT;   -- the agent who said so; NULL: the customer's words did
ALTER TABLE attachment ADD COLUMN harmless_at BIGINT;    -- an agent said that it is none: words do not mark it again
ALTER TABLE attachment ADD COLUMN dropped_at BIGINT;     -- its bytes were removed: blob_id is that of nothing
CREATE INDEX attachment_sensitive ON attachment (account_id, sensitive_at) WHERE sensitive_at IS NOT NULL AND dropped_at IS NULL;
