-- Which articles a customer read who came by her private link, where the account has said that it notes that
-- (desk/read_by.h): who is told when one of them turns out wrong.
CREATE TABLE article_read_by (
    account_id BIGINT NOT NULL REFERENCES account,
    version_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL, -- whose link she came by, last
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, version_id, contact_id),
    FOREIGN KEY (account_id, version_id) REFERENCES article_version (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id)
);
CREATE INDEX article_read_by_contact ON article_read_by (account_id, contact_id, last_at);
CREATE INDEX article_read_by_last ON article_read_by (account_id, last_at);
