-- Notifications on agents' phones and desktops (desk/push.h).

CREATE TABLE push_device (         -- a browser that wants to be told
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    agent_id BIGINT NOT NULL,
    session_id BIGINT NOT NULL,    -- where she is signed in with it; that may have run out meanwhile
    endpoint BYTEA NOT NULL,       -- sealed: whoever knows the address can wake the device
    endpoint_mac BYTEA NOT NULL,
    label TEXT NOT NULL,           -- "Chrome, Android"
    created_at BIGINT NOT NULL,
    told_at BIGINT,                -- when its push service last took something
    failures BIGINT NOT NULL DEFAULT 0, -- since then, in a row
    knock_at BIGINT,               -- since when it is to be told; NULL: it knows all
    tries BIGINT NOT NULL DEFAULT 0,
    not_before BIGINT NOT NULL DEFAULT 0, -- its push service asked for a pause
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, endpoint_mac),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE INDEX push_device_agent ON push_device (account_id, agent_id);
CREATE INDEX push_device_session ON push_device (account_id, session_id);

CREATE TABLE push_note (           -- what an agent is told of a conversation: the last thing
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL, -- 0: a test
    kinds BIGINT NOT NULL,         -- enum push_kind, added up
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL,           -- waits sent seen, or why it was not sent
    settled_at BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, agent_id, conversation_id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE INDEX push_note_due ON push_note (account_id, due_at);

CREATE TABLE push_choice (         -- an agent who has none wants all
    account_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    off_kinds BIGINT NOT NULL,
    open_hours BIGINT NOT NULL,    -- only while the company is open
    PRIMARY KEY (account_id, agent_id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
