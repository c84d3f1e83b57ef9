-- What a message moves, what belongs together, and what a machine answers.

ALTER TABLE message ADD COLUMN courtesy TEXT NOT NULL DEFAULT ''; -- thanks (hers), placeholder (ours): it moved no clock
ALTER TABLE message ADD COLUMN turn_id BIGINT;   -- the first of several short messages in a row; NULL: it begins a turn
ALTER TABLE message ADD COLUMN incomplete BIGINT NOT NULL DEFAULT 0; -- a limit cut something off; the raw mail has it
ALTER TABLE message ADD COLUMN mail_with BIGINT; -- the message whose mail carries this one too
CREATE INDEX message_mail_with ON message (account_id, mail_with) WHERE mail_with IS NOT NULL;

ALTER TABLE inbox ADD COLUMN acknowledges BIGINT NOT NULL DEFAULT 0; -- a new conversation is confirmed by mail

CREATE TABLE acknowledgement (     -- who had one lately: nobody gets two in a day
    account_id BIGINT NOT NULL REFERENCES account,
    sender_tag TEXT NOT NULL,      -- of the address: can be compared, not read
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, sender_tag)
);
CREATE INDEX acknowledgement_sent ON acknowledgement (account_id, sent_at);

-- Browsers that opened the chat and never wrote.
CREATE INDEX visitor_silent ON visitor (account_id, seen_at) WHERE conversation_id IS NULL;
