-- The list of a tag has the order of all lists, by last message: with the time beside the tag it is read off the index, where
-- a rare tag would otherwise be looked for all the way back.
ALTER TABLE conversation_tag ADD COLUMN last_at BIGINT NOT NULL DEFAULT 0; -- the conversation's
UPDATE conversation_tag SET last_at = (SELECT c.last_at FROM conversation c WHERE c.account_id = conversation_tag.account_id
    AND c.id = conversation_tag.conversation_id);
CREATE INDEX conversation_tag_last ON conversation_tag (account_id, tag_id, last_at, conversation_id);

-- Lists of the API go by when a conversation was made.
CREATE INDEX conversation_assignee_made ON conversation (account_id, assignee_id, id);
CREATE INDEX conversation_team_made ON conversation (account_id, team_id, id);
CREATE INDEX conversation_inbox_made ON conversation (account_id, inbox_id, id);
