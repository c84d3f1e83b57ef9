-- Promises: what a customer was told that we would do, and by when. Whether one is kept or broken is not stored but judged
-- from these columns and the time (promise_judge), so that a clock that nobody looked at changes nothing.
CREATE TABLE promise (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,      -- where its message is now: a merge moves both
    message_id BIGINT NOT NULL,           -- the reply or note that made it
    contact_id BIGINT NOT NULL,
    agent_id BIGINT,                      -- who promised
    owner_id BIGINT,                      -- who is to keep it; NULL: everybody
    text TEXT NOT NULL,                   -- the words that promise
    due_from BIGINT NOT NULL,
    due_to BIGINT NOT NULL,
    short_word BIGINT NOT NULL DEFAULT 0, -- a few minutes, in a chat: kept by the next message
    shown BIGINT NOT NULL DEFAULT 1,      -- the agent saw and accepted it, so the customer sees it on the case page
    made_at BIGINT NOT NULL,
    warned_at BIGINT,                     -- the owner was reminded
    broken_at BIGINT,                     -- agent and lead were told
    settled_at BIGINT,                    -- nothing more is owed
    outcome TEXT,                         -- kept, renewed, withdrawn; removed: the agent took it out of the draft
    agreed BIGINT NOT NULL DEFAULT 0,     -- the customer had agreed to the new time
    evidence_id BIGINT,                   -- the message that shows it
    reason TEXT NOT NULL DEFAULT '',      -- or, without one, how we know
    settled_by BIGINT,                    -- the agent; NULL: the program
    renewed_by BIGINT,                    -- the promise in its place
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id),
    FOREIGN KEY (account_id, message_id) REFERENCES message (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id)
);
CREATE INDEX promise_conversation ON promise (account_id, conversation_id, due_to, id);
CREATE INDEX promise_message ON promise (account_id, message_id);
CREATE INDEX promise_evidence ON promise (account_id, evidence_id) WHERE evidence_id IS NOT NULL;
CREATE INDEX promise_contact ON promise (account_id, contact_id, due_to, id);
CREATE INDEX promise_due ON promise (account_id, due_to, id);
CREATE INDEX promise_owed ON promise (account_id, owner_id, due_to) WHERE settled_at IS NULL;

-- The earliest that is owed, for lists; short words are not in it. Written by promise.c alone.
ALTER TABLE conversation ADD COLUMN promise_due BIGINT;
CREATE INDEX conversation_promise ON conversation (account_id, promise_due, id) WHERE promise_due IS NOT NULL;

-- What an agent did about a finding of the reply check. Shown to nobody but herself; rules are judged by it, people are not.
CREATE TABLE finding (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    rule TEXT NOT NULL,
    lang TEXT NOT NULL,
    outcome TEXT NOT NULL,                -- changed: she reworded it; sent: she sent it so; dismissed: she said that it is fine
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id)
);
CREATE INDEX finding_conversation ON finding (account_id, conversation_id, rule, at);
CREATE INDEX finding_rule ON finding (account_id, rule, lang, id);

-- Rules that are no longer shown, because they were mostly dismissed or because a lead said so.
CREATE TABLE rule_quiet (
    account_id BIGINT NOT NULL,
    rule TEXT NOT NULL,
    lang TEXT NOT NULL,
    since BIGINT NOT NULL,
    agent_id BIGINT,                      -- who did it; NULL: the program
    PRIMARY KEY (account_id, rule, lang)
);
