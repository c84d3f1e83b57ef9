-- Access to accounts, who is away, and when somebody is there.

ALTER TABLE agent ADD COLUMN away_since BIGINT;     -- NULL: here
ALTER TABLE agent ADD COLUMN invite_hash BYTEA;     -- SHA-256 of the one invitation that works; NULL: none is open
ALTER TABLE agent ADD COLUMN invite_until BIGINT;
CREATE INDEX agent_invite ON agent (account_id, invite_hash);

CREATE INDEX sign_in_at ON sign_in (account_id, at, id);

CREATE TABLE agent_spare_code (    -- what opens the second step when the phone is lost
    account_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    code_mac BYTEA NOT NULL,       -- HMAC with a key kept outside the database
    used_at BIGINT,
    PRIMARY KEY (account_id, agent_id, code_mac),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);

CREATE TABLE open_hours (          -- weekly, in the account's zone; a day without a row is closed
    account_id BIGINT NOT NULL REFERENCES account,
    weekday BIGINT NOT NULL,       -- 1 Monday to 7 Sunday
    from_minute BIGINT NOT NULL,   -- of the day
    to_minute BIGINT NOT NULL,
    PRIMARY KEY (account_id, weekday)
);
