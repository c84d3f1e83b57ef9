-- Knowledge: what customers and agents are told, in versions that never change, and who was told which of them.

CREATE TABLE category (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    position BIGINT NOT NULL,      -- the order of the help centre
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref)
);

CREATE TABLE category_name (
    account_id BIGINT NOT NULL,
    category_id BIGINT NOT NULL,
    lang TEXT NOT NULL,
    name TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, category_id, lang),
    FOREIGN KEY (account_id, category_id) REFERENCES category (account_id, id)
);

-- One row is one text in one language. Those that say the same in other languages are its family; the family's first
-- is the source. Category, class and audience are the family's, and are written to all of its rows together.
CREATE TABLE article (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    family_id BIGINT NOT NULL,     -- the source's id; its own when it is the source
    lang TEXT NOT NULL,            -- en vi zh-Hans zh-Hant th
    import_ref TEXT,               -- what it was called where it came from
    category_id BIGINT,
    class TEXT NOT NULL,           -- legal price procedure howto contact: how fast it goes stale
    audience TEXT NOT NULL,        -- public customers internal
    status TEXT NOT NULL,          -- draft published archived
    title TEXT NOT NULL,           -- of the published version, else of the latest
    latest BIGINT NOT NULL DEFAULT 0,     -- number of the newest version; 0: none is saved yet
    published BIGINT NOT NULL DEFAULT 0,  -- number of the version that is shown; 0: none was yet
    facts BIGINT NOT NULL DEFAULT 0,      -- number of the last published version that changed facts
    reflects BIGINT NOT NULL DEFAULT 0,   -- of a translation: which `facts` of the source it says
    owner_id BIGINT,
    verifier_id BIGINT,            -- one person: a group verifies nothing
    deputy_id BIGINT,
    published_at BIGINT,           -- the present version's
    publish_at BIGINT,             -- when version `publish_number` is to be shown
    publish_number BIGINT NOT NULL DEFAULT 0,
    expire_at BIGINT,              -- from then on it is shown to nobody
    verified_at BIGINT,
    verified_by BIGINT,
    verified_number BIGINT NOT NULL DEFAULT 0,
    verify_by BIGINT,              -- NULL: never verified, due now
    due_reason TEXT NOT NULL DEFAULT '', -- why the clock does not count: changed source linked release price policy flagged
    due_at BIGINT,
    reminded_at BIGINT,
    recalled_at BIGINT,            -- the published version is wrong, and those who were told are being told
    ok_micro BIGINT NOT NULL DEFAULT 0,   -- outcomes of its use, halved every 180 days, in millionths, as of …
    bad_micro BIGINT NOT NULL DEFAULT 0,
    evidence_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, family_id, lang),
    FOREIGN KEY (account_id, category_id) REFERENCES category (account_id, id)
);
CREATE INDEX article_import ON article (account_id, import_ref);
CREATE INDEX article_changed ON article (account_id, changed_at, id);
CREATE INDEX article_category ON article (account_id, category_id, lang);
CREATE INDEX article_by_class ON article (account_id, class);
CREATE INDEX article_status ON article (account_id, status, verify_by);
CREATE INDEX article_verifier ON article (account_id, verifier_id);
CREATE INDEX article_deputy ON article (account_id, deputy_id);

CREATE TABLE article_version (     -- never changed once it is there
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    number BIGINT NOT NULL,        -- 1, 2, 3 …
    title TEXT NOT NULL,
    body TEXT NOT NULL,            -- Markdown
    note TEXT NOT NULL DEFAULT '', -- what changed, as readers are told
    changes_facts BIGINT NOT NULL, -- the author's declaration
    reflects BIGINT NOT NULL DEFAULT 0, -- of a translation: which `facts` of the source it says
    author_id BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    UNIQUE (account_id, article_id, number),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);

CREATE TABLE article_publication ( -- what was shown when: the help centre as of a day
    account_id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,               -- NULL: still
    version_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, article_id, from_at),
    FOREIGN KEY (account_id, version_id) REFERENCES article_version (account_id, id)
);

CREATE TABLE article_verification (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    agent_id BIGINT,
    at BIGINT NOT NULL,
    verify_by BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);
CREATE INDEX article_verification_article ON article_verification (account_id, article_id, id);

CREATE TABLE article_draft (       -- what somebody is writing, saved by itself
    account_id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    base BIGINT NOT NULL,          -- number of the version that it began with
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, article_id, agent_id),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);

CREATE TABLE article_link (        -- which articles the published version points to
    account_id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    to_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, article_id, to_id),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);
CREATE INDEX article_link_to ON article_link (account_id, to_id, article_id);

CREATE TABLE article_flag (        -- "this is wrong"
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    agent_id BIGINT,               -- NULL: a reader
    reader_tag TEXT NOT NULL DEFAULT '', -- of a reader: a keyed hash of the address, against abuse
    what TEXT NOT NULL,            -- what is wrong; masked
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by BIGINT,
    outcome TEXT NOT NULL DEFAULT '', -- wrong right
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id)
);
CREATE INDEX article_flag_open ON article_flag (account_id, article_id, settled_at);
CREATE INDEX article_flag_reader ON article_flag (account_id, reader_tag, created_at);

CREATE TABLE article_vote (        -- "was this right?"; one a reader, version and day
    account_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    reader_tag TEXT NOT NULL,
    day BIGINT NOT NULL,
    good BIGINT NOT NULL,
    PRIMARY KEY (account_id, version_id, reader_tag, day)
);

CREATE TABLE article_picture (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    blob_id BIGINT NOT NULL,
    type TEXT NOT NULL,            -- by its magic bytes
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id),
    FOREIGN KEY (account_id, blob_id) REFERENCES blob (account_id, id)
);

CREATE TABLE article_class (       -- only classes whose rate is not the usual one
    account_id BIGINT NOT NULL REFERENCES account,
    class TEXT NOT NULL,
    rate_milli BIGINT NOT NULL,    -- how many a year go wrong, in thousandths
    PRIMARY KEY (account_id, class)
);

-- Who was told what: which versions a message of ours used.
CREATE TABLE message_article (
    account_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    how TEXT NOT NULL,             -- inserted, linked, recognised
    trust BIGINT NOT NULL,         -- the score when it was sent
    fingerprint BIGINT NOT NULL,   -- of the longest passage in common; 0: a link only
    PRIMARY KEY (account_id, message_id, version_id),
    FOREIGN KEY (account_id, message_id) REFERENCES message (account_id, id),
    FOREIGN KEY (account_id, version_id) REFERENCES article_version (account_id, id)
);
CREATE INDEX message_article_version ON message_article (account_id, version_id, message_id);
