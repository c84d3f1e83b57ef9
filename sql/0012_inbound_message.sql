-- The raw mail of a message: all mails of the account were looked through for it.
CREATE INDEX inbound_message ON inbound (account_id, message_id);
