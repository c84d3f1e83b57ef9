-- The first schema. Written once for both engines: BIGINT, TEXT and BYTEA are PostgreSQL's words and are
-- turned into SQLite's (INTEGER, TEXT, BLOB, and STRICT tables) by store/migrate.c.
-- Every key begins with account_id, so that rows can be distributed by it. Times are UTC milliseconds.

CREATE TABLE account (
    account_id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,            -- the company, as customers see it
    lang TEXT NOT NULL,            -- of notices to customers whose language is not known
    zone TEXT NOT NULL,            -- IANA time zone of the business
    country TEXT NOT NULL DEFAULT '', -- ISO 3166: order of numeric dates, list of holidays
    created_at BIGINT NOT NULL
);

CREATE TABLE setting (
    account_id BIGINT NOT NULL REFERENCES account,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by BIGINT,
    PRIMARY KEY (account_id, name)
);

-- Node numbers of ids, leased by running programs.
CREATE TABLE node (
    node BIGINT PRIMARY KEY,
    leased_until BIGINT NOT NULL,
    holder TEXT NOT NULL
);

CREATE TABLE agent (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    email TEXT NOT NULL,           -- folded to lower case
    name TEXT NOT NULL,
    role BIGINT NOT NULL,          -- 1 agent, 2 lead, 3 admin
    password_hash TEXT,            -- NULL: invited, not yet set
    totp_secret BYTEA,             -- sealed; NULL: no second step
    totp_on BIGINT NOT NULL DEFAULT 0,
    totp_last BIGINT NOT NULL DEFAULT 0, -- the last accepted time step: no code works twice
    lang TEXT NOT NULL,
    zone TEXT NOT NULL DEFAULT '',
    theme TEXT NOT NULL DEFAULT '',
    single_keys BIGINT NOT NULL DEFAULT 0, -- bare-letter shortcuts that change something
    self_word TEXT NOT NULL DEFAULT '',   -- em, mình, tôi; 我; ดิฉัน, ผม
    particle TEXT NOT NULL DEFAULT '',    -- ค่ะ, ครับ
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, email)
);

CREATE TABLE team (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, name)
);

CREATE TABLE team_member (
    account_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, team_id, agent_id),
    FOREIGN KEY (account_id, team_id) REFERENCES team (account_id, id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE INDEX team_member_agent ON team_member (account_id, agent_id);

CREATE TABLE session (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    token_hash BYTEA NOT NULL,     -- SHA-256 of the cookie; the cookie itself is nowhere
    agent_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    program TEXT NOT NULL,         -- the browser, as it calls itself
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE UNIQUE INDEX session_token ON session (account_id, token_hash);
CREATE INDEX session_agent ON session (account_id, agent_id);

CREATE TABLE sign_in (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    agent_id BIGINT,               -- NULL: no such agent
    address TEXT NOT NULL,
    outcome TEXT NOT NULL,         -- ok, wrong_password, wrong_code, unknown, disabled, limited
    PRIMARY KEY (account_id, id)
);
CREATE INDEX sign_in_agent ON sign_in (account_id, agent_id, at);
CREATE INDEX sign_in_address ON sign_in (account_id, address, at);

CREATE TABLE api_token (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    agent_id BIGINT NOT NULL,      -- in whose name it acts
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    scopes BIGINT NOT NULL,        -- bit 0 read, bit 1 write
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, token_hash),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);

CREATE TABLE inbox (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,            -- email, form, chat
    address TEXT,                  -- of an e-mail inbox, folded
    from_name TEXT NOT NULL DEFAULT '',
    signature TEXT NOT NULL DEFAULT '',
    lang TEXT NOT NULL DEFAULT '',
    team_id BIGINT,
    enabled BIGINT NOT NULL DEFAULT 1,
    smtp BYTEA,                    -- sealed JSON: host, port, tls, user, password
    imap BYTEA,                    -- sealed JSON; NULL: mail comes by the pipe
    sites TEXT NOT NULL DEFAULT '', -- of a chat inbox: allowed origins, one a line
    site_secret BYTEA,             -- sealed: what signs the widget's users
    trouble TEXT,                  -- what is wrong with it now, as a code; NULL: nothing
    trouble_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, address),
    FOREIGN KEY (account_id, team_id) REFERENCES team (account_id, id)
);

CREATE TABLE mailbox_mark (        -- how far a mailbox has been read
    account_id BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL,
    folder TEXT NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid_next BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    holder TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, inbox_id, folder),
    FOREIGN KEY (account_id, inbox_id) REFERENCES inbox (account_id, id)
);

CREATE TABLE contact (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    address_form TEXT NOT NULL DEFAULT '', -- anh, chị, 先生, คุณ …; empty: not known, never guessed
    call_name TEXT NOT NULL DEFAULT '',
    lang TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    erased_at BIGINT,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref)
);

CREATE TABLE contact_point (       -- where a contact can be reached, and is known by
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- email, phone, site
    value TEXT NOT NULL,           -- folded
    contact_id BIGINT NOT NULL,
    verified BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind, value),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id)
);
CREATE INDEX contact_point_contact ON contact_point (account_id, contact_id);

CREATE TABLE conversation (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    short_ref TEXT NOT NULL,       -- what people read out; gives no access
    inbox_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    status TEXT NOT NULL,          -- new open pending on_hold snoozed resolved closed spam
    shelf TEXT NOT NULL,           -- which lists show it: active pending on_hold snoozed resolved spam merged
    assignee_id BIGINT,
    team_id BIGINT,
    lang TEXT NOT NULL DEFAULT '',
    preview TEXT NOT NULL DEFAULT '',      -- the last message's first line
    waiting_since BIGINT,          -- since when the customer waits for us; NULL: does not
    snoozed_until BIGINT,
    on_hold_until BIGINT,
    last_at BIGINT NOT NULL,       -- last message: the order of most lists
    message_count BIGINT NOT NULL DEFAULT 0,
    first_reply_at BIGINT,
    resolved_at BIGINT,
    unreadable BIGINT NOT NULL DEFAULT 0,
    failed_sends BIGINT NOT NULL DEFAULT 0, -- messages of ours that did not arrive
    merged_into BIGINT,
    follow_up_of BIGINT,
    version BIGINT NOT NULL DEFAULT 1, -- grows with each change: "changed under your draft"
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, short_ref),
    FOREIGN KEY (account_id, inbox_id) REFERENCES inbox (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id),
    FOREIGN KEY (account_id, assignee_id) REFERENCES agent (account_id, id),
    FOREIGN KEY (account_id, team_id) REFERENCES team (account_id, id)
);
CREATE INDEX conversation_shelf ON conversation (account_id, shelf, last_at, id);
CREATE INDEX conversation_owner ON conversation (account_id, shelf, assignee_id, last_at, id);
CREATE INDEX conversation_team ON conversation (account_id, shelf, team_id, last_at, id);
CREATE INDEX conversation_inbox ON conversation (account_id, shelf, inbox_id, last_at, id);
CREATE INDEX conversation_waiting ON conversation (account_id, shelf, waiting_since, id);
CREATE INDEX conversation_contact ON conversation (account_id, contact_id, last_at, id);
CREATE INDEX conversation_failed ON conversation (account_id, last_at, id) WHERE failed_sends > 0;
CREATE INDEX conversation_snoozed ON conversation (account_id, snoozed_until);

CREATE TABLE message (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    home_id BIGINT NOT NULL,       -- the conversation it came in; differs after a merge, and undo goes back to it
    kind TEXT NOT NULL,            -- customer, agent, note, bot
    channel TEXT NOT NULL,         -- email, form, chat, api
    agent_id BIGINT,
    contact_id BIGINT,
    body TEXT NOT NULL,            -- masked; Markdown when ours, plain text when the customer's
    quoted TEXT NOT NULL DEFAULT '', -- quoted history, folded on the page
    has_html BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL,           -- in: received; out: held queued sending sent failed cancelled
    state_reason TEXT NOT NULL DEFAULT '', -- a code or the other side's diagnostic
    state_at BIGINT NOT NULL,
    send_at BIGINT,                -- not before (undo)
    undo_status TEXT NOT NULL DEFAULT '',  -- the conversation's status and clocks before this reply
    undo_waiting_since BIGINT,
    undo_first_reply_at BIGINT,
    mail_id TEXT,                  -- the Message-ID header without the angle brackets
    mail_references TEXT NOT NULL DEFAULT '', -- of its References, those kept, oldest first
    mail_from TEXT NOT NULL DEFAULT '',
    mail_to TEXT NOT NULL DEFAULT '',
    mail_cc TEXT NOT NULL DEFAULT '',
    auto_kind TEXT NOT NULL DEFAULT '', -- auto_reply, list, bounce: why it moved no clock
    unverified BIGINT NOT NULL DEFAULT 0, -- the sender is not a participant of the conversation
    masked BIGINT NOT NULL DEFAULT 0,   -- spans masked on arrival
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id)
);
CREATE INDEX message_conversation ON message (account_id, conversation_id, id);
CREATE INDEX message_mail ON message (account_id, mail_id);

CREATE TABLE message_html (        -- the mail's own HTML, cleaned in the browser and shown in a sandboxed frame
    account_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    html TEXT NOT NULL,
    PRIMARY KEY (account_id, message_id),
    FOREIGN KEY (account_id, message_id) REFERENCES message (account_id, id)
);

CREATE TABLE blob (                -- raw mails and attachments, sealed, in blocks of 256 KiB
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    purpose BIGINT NOT NULL,       -- enum secret_purpose
    hash BYTEA NOT NULL,           -- SHA-256 of what is inside
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, purpose, hash)
);

CREATE TABLE blob_block (
    account_id BIGINT NOT NULL,
    blob_id BIGINT NOT NULL,
    n BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (account_id, blob_id, n),
    FOREIGN KEY (account_id, blob_id) REFERENCES blob (account_id, id)
);

CREATE TABLE attachment (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    message_id BIGINT,             -- NULL: uploaded with a draft, not yet sent
    draft_conversation_id BIGINT,
    draft_agent_id BIGINT,
    blob_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,            -- by its magic bytes
    size BIGINT NOT NULL,
    content_id TEXT NOT NULL DEFAULT '',
    inline_shown BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, blob_id) REFERENCES blob (account_id, id)
);
CREATE INDEX attachment_message ON attachment (account_id, message_id);

-- What arrived, before anything was understood of it. One row for each different mail; the same mail by another way,
-- or again, finds its hash here and is not stored twice.
CREATE TABLE inbound (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    channel TEXT NOT NULL,         -- email
    hash BYTEA NOT NULL,           -- of the bytes, without what the way added (channel/email.c)
    blob_id BIGINT NOT NULL,
    recipient TEXT NOT NULL,       -- envelope recipient, when known
    inbox_id BIGINT,               -- the mailbox it was fetched from, when it was
    state TEXT NOT NULL,           -- raw, done, unreadable
    attempts BIGINT NOT NULL DEFAULT 0,
    message_id BIGINT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, channel, hash)
);
CREATE INDEX inbound_state ON inbound (account_id, state, id);

CREATE TABLE tag (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, name)
);

CREATE TABLE conversation_tag (
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, conversation_id, tag_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id),
    FOREIGN KEY (account_id, tag_id) REFERENCES tag (account_id, id)
);
CREATE INDEX conversation_tag_tag ON conversation_tag (account_id, tag_id, conversation_id);

CREATE TABLE conversation_seen (   -- how far an agent has read: unread is weight in the list
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, conversation_id, agent_id)
);

CREATE TABLE conversation_merge (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    from_id BIGINT NOT NULL,
    into_id BIGINT NOT NULL,
    from_status TEXT NOT NULL,     -- what undo puts back
    agent_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX conversation_merge_into ON conversation_merge (account_id, into_id);

CREATE TABLE saved_reply (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    name TEXT NOT NULL,
    lang TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref)
);

CREATE TABLE draft (
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- reply, note
    body TEXT NOT NULL,
    base_version BIGINT NOT NULL,  -- the conversation's version when the draft was begun
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, conversation_id, agent_id, kind)
);

CREATE TABLE job (                 -- work to be done after a commit, or at a time
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, kind, subject_id)
);
CREATE INDEX job_due ON job (account_id, run_at);

-- What happened: append-only, numbered without gaps in the order of commits, chained by HMAC. Ids, codes and numbers,
-- never text or personal data, so that erasing a person leaves the chain whole.
CREATE TABLE event (
    account_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,            -- conversation.created, message.received …: docs/events.md
    actor TEXT NOT NULL,           -- agent, contact, system, token
    actor_id BIGINT,
    conversation_id BIGINT,
    subject_id BIGINT,             -- the message, tag, agent … it is about
    code TEXT NOT NULL DEFAULT '', -- the verdict's reason
    amount BIGINT NOT NULL DEFAULT 0,
    hash BYTEA NOT NULL,
    PRIMARY KEY (account_id, seq)
);
CREATE INDEX event_conversation ON event (account_id, conversation_id, seq);
-- On SQLite the store refuses such statements itself, before they run.
POSTGRES_ONLY CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'event rows are history: they are neither changed nor removed' USING ERRCODE = 'insufficient_privilege';
END $$;
POSTGRES_ONLY CREATE TRIGGER event_is_history BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

CREATE TABLE event_chain (         -- the chain's end
    account_id BIGINT PRIMARY KEY REFERENCES account,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE idempotency (         -- what a request with this key was answered
    account_id BIGINT NOT NULL,
    token_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, token_id, idempotency_key)
);
