-- Programs that are told what happened (desk/webhook.h).

CREATE TABLE webhook (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,           -- beginnings of events' kinds, separated by blanks; empty: all that are told
    secret BYTEA NOT NULL,         -- sealed: what each request is signed with
    after_seq BIGINT NOT NULL,     -- the last event that was told
    created_by BIGINT NOT NULL,    -- an agent; 0: the command line
    created_at BIGINT NOT NULL,
    told_at BIGINT,                -- when something was last taken
    failing_since BIGINT,          -- nothing was taken since
    trouble TEXT NOT NULL DEFAULT '',
    off_at BIGINT,                 -- NULL: it is told
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref)
);
