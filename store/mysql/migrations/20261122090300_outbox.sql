-- +goose Up

-- Events, written in the transaction of the result that they come from. seq is
-- their order, due when they are to be delivered next, done when they were.
CREATE TABLE IF NOT EXISTS outbox (
    seq      BIGINT      NOT NULL AUTO_INCREMENT,
    event_id VARCHAR(32) NOT NULL,
    kind     VARCHAR(32) NOT NULL,
    at       BIGINT      NOT NULL,
    body     MEDIUMTEXT  NOT NULL, -- JSON
    taken    TEXT        NOT NULL, -- JSON: the receivers that have it
    attempts INTEGER     NOT NULL,
    due      BIGINT      NOT NULL,
    done     BIGINT      NOT NULL, -- 0 while it waits
    error    TEXT        NOT NULL, -- of the latest attempt
    PRIMARY KEY (seq),
    UNIQUE KEY outbox_event (event_id),
    KEY outbox_due (done, due),
    KEY outbox_at (at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE outbox;
