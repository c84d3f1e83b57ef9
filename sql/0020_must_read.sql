-- Changes of articles that people must have read before they answer, and who has.

CREATE TABLE must_read (
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,    -- what is to be read
    number BIGINT NOT NULL,        -- of that version
    before_number BIGINT NOT NULL, -- what was shown before it; 0: nothing
    why TEXT NOT NULL DEFAULT '',  -- in the author's words
    asked_by BIGINT,
    created_at BIGINT NOT NULL,
    reminders BIGINT NOT NULL DEFAULT 0,
    reminded_at BIGINT,
    ended_at BIGINT,               -- NULL: somebody is still to read it
    ended_why TEXT NOT NULL DEFAULT '', -- read taken_back replaced
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref),
    FOREIGN KEY (account_id, article_id) REFERENCES article (account_id, id),
    FOREIGN KEY (account_id, version_id) REFERENCES article_version (account_id, id)
);
CREATE INDEX must_read_article ON must_read (account_id, article_id);

CREATE TABLE must_read_team (
    account_id BIGINT NOT NULL,
    must_read_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    name TEXT NOT NULL,            -- as it was called then: teams go
    PRIMARY KEY (account_id, must_read_id, team_id),
    FOREIGN KEY (account_id, must_read_id) REFERENCES must_read (account_id, id)
);

CREATE TABLE must_read_seat (      -- everybody who was in these teams then
    account_id BIGINT NOT NULL,
    must_read_id BIGINT NOT NULL,
    agent_id BIGINT NOT NULL,
    state TEXT NOT NULL,           -- waits read let_off
    at BIGINT NOT NULL,            -- of that state
    PRIMARY KEY (account_id, must_read_id, agent_id),
    FOREIGN KEY (account_id, must_read_id) REFERENCES must_read (account_id, id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE INDEX must_read_seat_agent ON must_read_seat (account_id, agent_id, state);
