-- A single character of Chinese or Thai is a term of its own now. What is indexed is put in anew, newest first, while Kept
-- already serves (search_rebuild_job); SQLite's index could not take out what was put in with other terms.
INSERT INTO job (account_id, id, kind, subject_id, run_at) SELECT a.account_id, 0, 'index_search', 0, 0 FROM account a
    WHERE EXISTS (SELECT 1 FROM search_document d WHERE d.account_id = a.account_id);
DELETE FROM search_document;
SQLITE_ONLY INSERT INTO message_search (message_search) VALUES ('delete-all');
SQLITE_ONLY INSERT INTO contact_search (contact_search) VALUES ('delete-all');
POSTGRES_ONLY DELETE FROM message_search;
POSTGRES_ONLY DELETE FROM contact_search;
