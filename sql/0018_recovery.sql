-- Recoveries: something went wrong for a customer, and what is done until it is right. How each stands is judged from these
-- rows (recovery_judge, step_judge); money is in minor units of its currency.
CREATE TABLE recovery (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,      -- where it is now: a merge moves it
    home_id BIGINT NOT NULL,              -- where it was opened
    contact_id BIGINT NOT NULL,
    promise_id BIGINT,                    -- whose breach opened it
    recall_id BIGINT,                     -- the correction that had done harm
    owner_id BIGINT,                      -- NULL: everybody
    cause TEXT NOT NULL,                  -- broken_promise wrong_information delivery defect billing service privacy other
    harm TEXT NOT NULL,                   -- money product service attention privacy
    severity BIGINT NOT NULL,             -- 1 to 4
    what TEXT NOT NULL DEFAULT '',        -- what went wrong, for us
    again BIGINT NOT NULL DEFAULT 0,      -- another failure for this customer within 90 days
    opened_by BIGINT,                     -- NULL: the program
    opened_at BIGINT NOT NULL,
    righted_at BIGINT,                    -- we say that it is right; the customer is asked
    heard TEXT NOT NULL DEFAULT '',       -- her own word: yes, no; '': none yet
    heard_at BIGINT,
    heard_how TEXT NOT NULL DEFAULT '',   -- who told us, when it was not the button on her page
    closed_at BIGINT,
    closed_by BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id)
);
CREATE INDEX recovery_conversation ON recovery (account_id, conversation_id, id);
CREATE INDEX recovery_contact ON recovery (account_id, contact_id, id);
CREATE INDEX recovery_open ON recovery (account_id, id) WHERE closed_at IS NULL;

-- What is done in each: why apologise explain fix good prevent. A step with a date is a promise of its own.
CREATE TABLE recovery_step (
    account_id BIGINT NOT NULL,
    recovery_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    promise_id BIGINT,
    message_id BIGINT,                    -- of ours, that shows that it is done
    done_at BIGINT,
    done_by BIGINT,
    waived BIGINT NOT NULL DEFAULT 0,     -- note says why
    PRIMARY KEY (account_id, recovery_id, step),
    FOREIGN KEY (account_id, recovery_id) REFERENCES recovery (account_id, id),
    FOREIGN KEY (account_id, promise_id) REFERENCES promise (account_id, id) ON DELETE CASCADE
);
CREATE INDEX recovery_step_promise ON recovery_step (account_id, promise_id) WHERE promise_id IS NOT NULL;

CREATE TABLE recovery_offer (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    recovery_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    kind TEXT NOT NULL,                   -- repair refund: owed anyway; goodwill: beyond it, within a limit
    what TEXT NOT NULL,
    amount BIGINT NOT NULL DEFAULT 0,
    currency TEXT NOT NULL DEFAULT '',
    proposed_by BIGINT NOT NULL,
    proposed_at BIGINT NOT NULL,
    approved_by BIGINT,                   -- NULL: waits for somebody who may
    approved_at BIGINT,
    refused_at BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, recovery_id) REFERENCES recovery (account_id, id)
);
CREATE INDEX recovery_offer_recovery ON recovery_offer (account_id, recovery_id, id);
CREATE INDEX recovery_offer_contact ON recovery_offer (account_id, contact_id, id);
