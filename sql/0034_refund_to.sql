-- Where a customer's money goes back to: sealed, copied without being shown, gone once it is paid (desk/refund_to.h).

CREATE TABLE refund_to (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    conversation_id BIGINT NOT NULL, -- where it is now
    contact_id BIGINT NOT NULL,
    kind TEXT NOT NULL DEFAULT '',   -- bank promptpay iban; '' asked for, and not given yet
    hint TEXT NOT NULL DEFAULT '',   -- what may be seen of it: the bank's name and the last three digits
    sealed BYTEA,                    -- number and holder; NULL: not given yet, or gone
    asked_by BIGINT,                 -- NULL: nobody asked
    asked_at BIGINT,
    given_by BIGINT,                 -- the agent who wrote it down; NULL: the customer
    given_at BIGINT,
    since BIGINT NOT NULL,           -- asked, or given, whichever was last: its time is counted from there
    copied_at BIGINT,                -- last
    ended_at BIGINT,
    ended_as TEXT NOT NULL DEFAULT '', -- paid removed expired erased
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id)
);
CREATE INDEX refund_to_conversation ON refund_to (account_id, conversation_id, id);
CREATE INDEX refund_to_contact ON refund_to (account_id, contact_id);
CREATE INDEX refund_to_due ON refund_to (account_id, since) WHERE ended_at IS NULL;
