-- Who answers for each kind of failure that customers suffer (desk/failure.h). No row: nobody yet.

CREATE TABLE failure_owner (
    account_id BIGINT NOT NULL REFERENCES account,
    failure TEXT NOT NULL,
    agent_id BIGINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (account_id, failure),
    FOREIGN KEY (account_id, agent_id) REFERENCES agent (account_id, id)
);
CREATE INDEX article_flag_waits ON article_flag (account_id, created_at) WHERE settled_at IS NULL;
