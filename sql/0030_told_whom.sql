-- A correction counts by person what a version told, along one index and without a look at any conversation: however
-- many people a million messages told, they are listed within a second. It follows its message, as conversation_id does.
ALTER TABLE message_article ADD COLUMN contact_id BIGINT;
UPDATE message_article SET contact_id = (SELECT c.contact_id FROM conversation c
  WHERE c.account_id = message_article.account_id AND c.id = message_article.conversation_id);
CREATE INDEX message_article_person ON message_article (account_id, version_id, contact_id, message_id,
  conversation_id, at);
DROP INDEX message_article_told;
