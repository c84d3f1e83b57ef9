-- Private data: how long original mails are kept, who looked at what was hidden, and what is left of a customer who was erased.

ALTER TABLE inbound ADD COLUMN dropped_at BIGINT;        -- its bytes were removed; the hash stays, so that the same mail does not come back
CREATE INDEX inbound_kept ON inbound (account_id, received_at) WHERE dropped_at IS NULL AND state = 'done';

ALTER TABLE agent ADD COLUMN may_reveal BIGINT NOT NULL DEFAULT 0; -- a permission of its own, beside the role
UPDATE agent SET may_reveal = 1 WHERE role = 3;

-- What was done with private data: the page that leads read. Texts stand here, for events hold none.
CREATE TABLE privacy_act (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    kind TEXT NOT NULL,            -- reveal raw export erase
    at BIGINT NOT NULL,
    agent_id BIGINT,               -- NULL: on the command line
    contact_id BIGINT NOT NULL,
    message_id BIGINT,             -- of reveal and raw
    reason TEXT NOT NULL,          -- reveal, raw: why, as written; erase: a word. Of an erased customer only the words stay
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id),
    FOREIGN KEY (account_id, message_id) REFERENCES message (account_id, id)
);
CREATE INDEX privacy_act_contact ON privacy_act (account_id, contact_id);

-- Bytes that two messages share go with the last of them.
CREATE INDEX attachment_blob ON attachment (account_id, blob_id);
CREATE INDEX article_picture_blob ON article_picture (account_id, blob_id);

-- A customer who is erased: her messages, wherever they are.
ALTER TABLE message ADD COLUMN erased BIGINT NOT NULL DEFAULT 0; -- its words were taken out for good
CREATE INDEX message_writer ON message (account_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX message_moved ON message (account_id, home_id) WHERE home_id <> conversation_id;
CREATE INDEX visitor_contact ON visitor (account_id, contact_id);

-- Everything that is held of a customer, as an archive for her; gone after a day.
CREATE TABLE dossier (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    agent_id BIGINT,
    state TEXT NOT NULL,           -- queued ready failed expired
    blob_id BIGINT,                -- while it is ready
    size BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id),
    FOREIGN KEY (account_id, blob_id) REFERENCES blob (account_id, id)
);
CREATE INDEX dossier_contact ON dossier (account_id, contact_id);
CREATE INDEX dossier_blob ON dossier (account_id, blob_id) WHERE blob_id IS NOT NULL;
CREATE INDEX dossier_ends ON dossier (account_id, expires_at) WHERE state <> 'expired';
