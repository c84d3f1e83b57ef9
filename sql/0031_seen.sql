-- What whoever wrote was shown of an article at that time: its score and standing when it was put into the answer, of what
-- was recognised or linked when the answer was sent. NULL: from before this was noted.
ALTER TABLE message_article ADD COLUMN seen_standing TEXT; -- verified unverified doubted recalled expired
ALTER TABLE message_article ADD COLUMN seen_trust BIGINT;
ALTER TABLE message_article ADD COLUMN seen_at BIGINT;
-- Until the answer is sent: one line for each version that was put in; the newest counts.
CREATE TABLE article_seen (
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    standing TEXT NOT NULL,
    trust BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, conversation_id, agent_id, version_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id),
    FOREIGN KEY (account_id, version_id) REFERENCES article_version (account_id, id)
);
