-- Who was told what is asked of the messages that said it alone, in the order of conversations: a correction of what a
-- million messages said lists everybody within a second. The conversation follows its messages when it is merged.
ALTER TABLE message_article ADD COLUMN conversation_id BIGINT;
ALTER TABLE message_article ADD COLUMN at BIGINT;  -- when the message was written
UPDATE message_article SET conversation_id = (SELECT m.conversation_id FROM message m
  WHERE m.account_id = message_article.account_id AND m.id = message_article.message_id),
  at = (SELECT m.created_at FROM message m
  WHERE m.account_id = message_article.account_id AND m.id = message_article.message_id);
CREATE INDEX message_article_told ON message_article (account_id, version_id, conversation_id, message_id, at);
CREATE INDEX message_article_conversation ON message_article (account_id, conversation_id);
DROP INDEX message_article_version;
CREATE INDEX message_untold ON message (account_id, id) WHERE state IN ('cancelled', 'failed');
