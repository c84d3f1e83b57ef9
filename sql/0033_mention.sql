-- Agents who are called upon in internal notes (desk/mention.h). Whom, not in which words: those stand in the message.

CREATE TABLE mention (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,        -- who is called upon
    conversation_id BIGINT NOT NULL, -- where the note is now
    message_id BIGINT NOT NULL,
    by_agent_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    seen_at BIGINT,                  -- NULL: she has not opened it since
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, message_id, agent_id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE INDEX mention_list ON mention (account_id, agent_id, at, conversation_id);
CREATE INDEX mention_agent ON mention (account_id, agent_id, conversation_id, id);
CREATE INDEX mention_unseen ON mention (account_id, agent_id, conversation_id) WHERE seen_at IS NULL;
CREATE INDEX mention_conversation ON mention (account_id, conversation_id);
