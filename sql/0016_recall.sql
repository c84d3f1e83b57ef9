-- Recalls: what was told turned out wrong; who was told, and how far each of them is put right.

CREATE TABLE recall (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    article_id BIGINT NOT NULL,    -- from which it started
    flag_id BIGINT,                -- the flag that it started from
    class BIGINT NOT NULL,         -- 1 money, safety, law, privacy; 2 cost or time; 3 cosmetic
    state TEXT NOT NULL,           -- draft pilot sending stopped closed withdrawn
    owner_id BIGINT,               -- who started it
    deadline_at BIGINT,            -- NULL: at the next contact
    approved_by BIGINT,
    approved_at BIGINT,
    sent_from_at BIGINT,           -- when the first correction went
    cause TEXT NOT NULL DEFAULT '',
    prevention TEXT NOT NULL DEFAULT '',
    waiver TEXT NOT NULL DEFAULT '', -- why the effectiveness check was waived
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);
CREATE INDEX recall_open ON recall (account_id, closed_at, id);

CREATE TABLE recall_version (      -- the very texts that are wrong
    account_id BIGINT NOT NULL,
    recall_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (account_id, recall_id, version_id),
    FOREIGN KEY (account_id, recall_id) REFERENCES recall (account_id, id),
    FOREIGN KEY (account_id, version_id) REFERENCES article_version (account_id, id)
);
CREATE INDEX recall_version_version ON recall_version (account_id, version_id);

CREATE TABLE recall_text (         -- what is told instead, by language
    account_id BIGINT NOT NULL,
    recall_id BIGINT NOT NULL,
    lang TEXT NOT NULL,
    wrong TEXT NOT NULL,
    correct TEXT NOT NULL,
    meaning TEXT NOT NULL,
    remedy TEXT NOT NULL,
    by_agent BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, recall_id, lang),
    FOREIGN KEY (account_id, recall_id) REFERENCES recall (account_id, id)
);

-- One person, however often told.
CREATE TABLE recall_recipient (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    recall_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL, -- where she was told last; the correction goes there
    lang TEXT NOT NULL,
    told_n BIGINT NOT NULL,
    told_first BIGINT NOT NULL,
    told_last BIGINT NOT NULL,
    mark TEXT NOT NULL,            -- right wait next sent tried reached: what was done; recall_judge says how it stands
    body TEXT NOT NULL DEFAULT '', -- changed by hand; '': as recall_text says
    reviewed_at BIGINT,
    message_id BIGINT,             -- the newest correction to her
    tries BIGINT NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '', -- why she could not be reached, or how she was
    marked_at BIGINT,
    acknowledged_at BIGINT,        -- she pressed the button
    harm TEXT NOT NULL DEFAULT '', -- '': nobody has said; none open repaired
    harm_note TEXT NOT NULL DEFAULT '',
    called_at BIGINT,              -- of the sample: asked whether she understood
    called TEXT NOT NULL DEFAULT '', -- understood unclear
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, recall_id, contact_id),
    FOREIGN KEY (account_id, recall_id) REFERENCES recall (account_id, id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id)
);
CREATE INDEX recall_recipient_mark ON recall_recipient (account_id, recall_id, mark, id);
CREATE INDEX recall_recipient_contact ON recall_recipient (account_id, contact_id, mark);
CREATE INDEX recall_recipient_conversation ON recall_recipient (account_id, conversation_id);
