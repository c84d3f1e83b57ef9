-- What becomes of articles, counted and of nobody: read in the help centre, followed by a contact within the hour,
-- searched for and not found, trusted.

CREATE TABLE article_reading (     -- of the last hour, by a keyed hash of the address; then forgotten
    account_id BIGINT NOT NULL REFERENCES account,
    reader_tag TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, reader_tag, article_id),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);
CREATE INDEX article_reading_at ON article_reading (account_id, at);

CREATE TABLE article_day (
    account_id BIGINT NOT NULL,
    day BIGINT NOT NULL,           -- since 1970, in the account's zone
    article_id BIGINT NOT NULL,
    readings BIGINT NOT NULL,      -- once an hour and reader
    followed BIGINT NOT NULL,      -- by a contact within the hour
    PRIMARY KEY (account_id, day, article_id),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);

CREATE TABLE search_day (          -- words that found nothing, or nothing sure; masked, for 90 days
    account_id BIGINT NOT NULL REFERENCES account,
    day BIGINT NOT NULL,
    lang TEXT NOT NULL,
    place TEXT NOT NULL,           -- help agents
    words TEXT NOT NULL,
    in_vain BIGINT NOT NULL,       -- how often nothing was found
    unsure BIGINT NOT NULL,        -- how often something, but nothing that surely answers
    PRIMARY KEY (account_id, day, lang, place, words)
);

CREATE TABLE knowledge_day (
    account_id BIGINT NOT NULL REFERENCES account,
    day BIGINT NOT NULL,
    searches BIGINT NOT NULL DEFAULT 0,
    in_vain BIGINT NOT NULL DEFAULT 0,
    articles BIGINT NOT NULL DEFAULT 0, -- that were shown at the end of the day
    score_sum BIGINT NOT NULL DEFAULT 0, -- of their trust
    low BIGINT NOT NULL DEFAULT 0,      -- of them below 60
    PRIMARY KEY (account_id, day)
);
