-- Few conversations have a message that did not arrive. The number comes first, so that a query for those knows more of
-- this index than the account: the old one was passed over for others that gave the order, and all conversations were read.
DROP INDEX conversation_failed;
CREATE INDEX conversation_failed ON conversation (account_id, failed_sends) WHERE failed_sends > 0;
