-- Several spans a day, days unlike the week, and calendars of teams. team_id 0 is the account's own.

CREATE TABLE hours_span (              -- weekly, in the account's zone; a day without a row is closed
    account_id BIGINT NOT NULL REFERENCES account,
    team_id BIGINT NOT NULL,
    weekday BIGINT NOT NULL,           -- 1 Monday to 7 Sunday
    from_minute BIGINT NOT NULL,       -- of the day
    to_minute BIGINT NOT NULL,         -- over 1440: after midnight
    PRIMARY KEY (account_id, team_id, weekday, from_minute)
);

INSERT INTO hours_span (account_id, team_id, weekday, from_minute, to_minute)
    SELECT account_id, 0, weekday, from_minute, to_minute FROM open_hours;

DROP TABLE open_hours;

CREATE TABLE special_day (             -- closed days, and days on which people work though the week says otherwise
    account_id BIGINT NOT NULL REFERENCES account,
    id BIGINT NOT NULL,
    ref TEXT NOT NULL,
    team_id BIGINT NOT NULL,
    first_day BIGINT NOT NULL,         -- days since 1970-01-01, in the account's zone
    last_day BIGINT NOT NULL,          -- included
    works BIGINT NOT NULL,             -- 0: closed
    spans TEXT NOT NULL,               -- of one that works: "09:00–12:00"; empty: as on any open day
    holiday TEXT,                      -- a known one, named in the reader's language
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, ref)
);
CREATE INDEX special_day_of ON special_day (account_id, team_id, first_day, id);
