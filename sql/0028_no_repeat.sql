-- Replies that said "it will not happen again", and the action that stands behind each.
CREATE TABLE prevention_said (
    account_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    prevention_id BIGINT,                 -- NULL: nothing stands behind it
    agent_id BIGINT,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, message_id),
    FOREIGN KEY (account_id, message_id) REFERENCES message (account_id, id),
    FOREIGN KEY (account_id, prevention_id) REFERENCES prevention (account_id, id)
);
CREATE INDEX prevention_said_behind ON prevention_said (account_id, prevention_id, message_id) WHERE prevention_id IS NOT NULL;
CREATE INDEX prevention_said_alone ON prevention_said (account_id, message_id) WHERE prevention_id IS NULL;
CREATE INDEX prevention_said_at ON prevention_said (account_id, said_at);
