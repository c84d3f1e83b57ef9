-- The honest word to a customer about a promise that was missed. Whether it still goes is judged when its time comes
-- (news_judge), from these columns and what was said since.
CREATE TABLE promise_news (
    account_id BIGINT NOT NULL,
    promise_id BIGINT NOT NULL,
    made_at BIGINT NOT NULL,              -- the promise broke, and the word was prepared
    goes_at BIGINT NOT NULL,              -- by itself, unless somebody writes or stops it
    ended_at BIGINT,
    outcome TEXT NOT NULL DEFAULT '',     -- sent, stopped, needless, withheld; '': it waits
    reason TEXT NOT NULL DEFAULT '',      -- why it is needless or withheld
    message_id BIGINT,                    -- that told her
    agent_id BIGINT,                      -- who sent it sooner or stopped it
    PRIMARY KEY (account_id, promise_id),
    FOREIGN KEY (account_id, promise_id) REFERENCES promise (account_id, id) ON DELETE CASCADE
);
CREATE INDEX promise_news_message ON promise_news (account_id, message_id) WHERE message_id IS NOT NULL;

-- Conversations in which nothing may go out by itself. A row is there as long as it holds; the events tell of the past.
CREATE TABLE careful (
    account_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    since BIGINT NOT NULL,
    message_id BIGINT,                    -- whose words called for it; NULL: somebody did it by hand
    agent_id BIGINT,
    PRIMARY KEY (account_id, conversation_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversation (account_id, id)
);
