-- Sign-in to mail servers by OAuth, mails of ours to agents, and forgotten passwords.

CREATE TABLE mail_grant (          -- what a refresh token has become since somebody typed it
    account_id BIGINT NOT NULL REFERENCES account,
    grant_key BYTEA NOT NULL,      -- SHA-256 of what was typed: another refresh token begins anew
    sealed BYTEA,                  -- JSON: access_token, refresh_token; NULL: none was had yet
    renew_at BIGINT NOT NULL,      -- from here on the access token is too near its end
    renewing_until BIGINT NOT NULL, -- a node asks for a new one; others wait
    PRIMARY KEY (account_id, grant_key)
);

CREATE TABLE notice (              -- a mail of ours to an agent: an invitation, a forgotten password
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- invite, reset
    agent_id BIGINT NOT NULL,
    link BYTEA,                    -- sealed: it holds a key; NULL once the mail is sent, failed or withdrawn
    state TEXT NOT NULL,           -- queued, sent, failed, withdrawn
    reason TEXT NOT NULL DEFAULT '', -- why it failed, or waits
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE INDEX notice_agent ON notice (account_id, agent_id, id);

ALTER TABLE agent ADD COLUMN reset_hash BYTEA;      -- SHA-256 of the key in the last mail about a forgotten password
ALTER TABLE agent ADD COLUMN reset_until BIGINT;
CREATE INDEX agent_reset ON agent (account_id, reset_hash);
