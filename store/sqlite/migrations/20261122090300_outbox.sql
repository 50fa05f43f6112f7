-- +goose Up

-- Events, written in the transaction of the result that they come from. seq is
-- their order, due when they are to be delivered next, done when they were.
CREATE TABLE outbox (
    seq      INTEGER     NOT NULL PRIMARY KEY AUTOINCREMENT,
    event_id VARCHAR(32) NOT NULL,
    kind     VARCHAR(32) NOT NULL,
    at       BIGINT      NOT NULL,
    body     TEXT        NOT NULL, -- JSON
    taken    TEXT        NOT NULL, -- JSON: the receivers that have it
    attempts INTEGER     NOT NULL,
    due      BIGINT      NOT NULL,
    done     BIGINT      NOT NULL, -- 0 while it waits
    error    TEXT        NOT NULL  -- of the latest attempt
);
CREATE UNIQUE INDEX outbox_event ON outbox (event_id);
CREATE INDEX outbox_due ON outbox (done, due);
CREATE INDEX outbox_at ON outbox (at);

-- +goose Down
DROP TABLE outbox;
