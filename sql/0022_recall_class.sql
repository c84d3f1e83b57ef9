-- Which hazard class the last correction of such articles had: proposed for the next one.
CREATE TABLE recall_class (
    account_id BIGINT NOT NULL REFERENCES account,
    article_class TEXT NOT NULL,   -- legal price procedure howto contact
    class BIGINT NOT NULL,         -- 1 2 3
    PRIMARY KEY (account_id, article_class)
);
