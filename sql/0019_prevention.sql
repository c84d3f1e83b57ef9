-- What keeps something from happening again: one action, an owner, a date, and how we know that it is done.
CREATE TABLE prevention (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    what TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    done_by BIGINT,
    evidence TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref)
);
CREATE INDEX prevention_due ON prevention (account_id, due_at);
CREATE INDEX prevention_open ON prevention (account_id, due_at, id) WHERE done_at IS NULL;

-- The conversations in which it was said, or went wrong; with that their promises and recoveries.
CREATE TABLE prevention_link (
    account_id BIGINT NOT NULL,
    prevention_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    linked_by BIGINT,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, conversation_id, prevention_id),
    FOREIGN KEY (account_id, prevention_id) REFERENCES prevention (account_id, id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id)
);
CREATE INDEX prevention_link_prevention ON prevention_link (account_id, prevention_id, conversation_id);
