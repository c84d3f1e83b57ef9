-- The help centre as of a day: who could read what was shown then. What was for agents only is not shown to customers
-- later, whoever may read the article by now. NULL: not known; only agents are shown it.
ALTER TABLE article_publication ADD COLUMN audience TEXT;
CREATE INDEX recall_version_recall ON recall_version (account_id, version_id, recall_id);
CREATE INDEX article_lang ON article (account_id, lang, category_id, id);
