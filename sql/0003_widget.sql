-- Visitors of the chat widget: one row for each browser that has written, by the token that only it holds.
CREATE TABLE visitor (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    token_hash BYTEA NOT NULL,     -- SHA-256 of the token; the token itself is nowhere
    inbox_id BIGINT NOT NULL,
    contact_id BIGINT,             -- NULL until the first message of somebody unknown
    conversation_id BIGINT,        -- the one that the widget shows
    identity TEXT NOT NULL,        -- the site's own id of her, proved; empty: nobody vouches for her
    email TEXT NOT NULL DEFAULT '', -- where answers go when she has left: as she says, not proved
    address_tag TEXT NOT NULL,     -- of her network address: can be counted, not read
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,       -- when the open widget last said so
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, inbox_id) REFERENCES inbox (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id)
);
CREATE UNIQUE INDEX visitor_token ON visitor (account_id, token_hash);
CREATE INDEX visitor_conversation ON visitor (account_id, conversation_id);
CREATE INDEX visitor_address ON visitor (account_id, address_tag, seen_at);

-- How long people waited for the first answer of an inbox.
CREATE INDEX conversation_inbox_created ON conversation (account_id, inbox_id, created_at);
