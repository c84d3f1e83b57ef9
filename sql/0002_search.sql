-- Full-text search over messages and contacts. A document is an id and its terms, words that text/match.h has cut and coded,
-- so that neither engine splits or changes them. The index keeps no positions and no copy of the terms (docs/search.md).
-- On SQLite the rowid is the id of the message or contact.
SQLITE_ONLY CREATE VIRTUAL TABLE message_search USING fts5(terms, content='', columnsize=0, detail=none, tokenize='ascii');
SQLITE_ONLY CREATE VIRTUAL TABLE contact_search USING fts5(terms, content='', columnsize=0, detail=none, tokenize='ascii');

POSTGRES_ONLY CREATE TABLE message_search (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    terms TSVECTOR NOT NULL,
    PRIMARY KEY (account_id, id)
);
POSTGRES_ONLY CREATE TABLE contact_search (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    terms TSVECTOR NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- New rows wait in a short list that each search reads through; a long one would be felt.
POSTGRES_ONLY CREATE INDEX message_search_terms ON message_search USING GIN (terms) WITH (gin_pending_list_limit = 256);
POSTGRES_ONLY CREATE INDEX contact_search_terms ON contact_search USING GIN (terms) WITH (gin_pending_list_limit = 256);

-- Which documents are in the index, and what each holds beside the body of its message: subject, name and addresses of the
-- customer, names of files, as they were then. Who takes a document out of the index of SQLite must say what is in it.
CREATE TABLE search_document (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,            -- of a message or a contact
    words TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- Searches by status, tag or owner alone, over all shelves.
CREATE INDEX conversation_last ON conversation (account_id, last_at, id);
