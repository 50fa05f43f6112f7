-- +goose Up

-- One row a task, from Send to Finish or Drop. Times are milliseconds since 1970.
CREATE TABLE queue_tasks (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, so that a stale receipt names no other task
    id       TEXT    NOT NULL UNIQUE,
    body     TEXT    NOT NULL,            -- the task as JSON
    sent     INTEGER NOT NULL,
    visible  INTEGER NOT NULL,            -- from when on it may be received
    received INTEGER NOT NULL DEFAULT 0,
    receipt  TEXT    NOT NULL DEFAULT '', -- of the newest delivery; empty when it was given back
    dead     INTEGER NOT NULL DEFAULT 0,
    reason   TEXT    NOT NULL DEFAULT ''
);

-- What is to be received next, in order.
CREATE INDEX queue_tasks_visible ON queue_tasks (dead, visible, seq);

-- What was received too often: few rows, looked for at every receive.
CREATE INDEX queue_tasks_received ON queue_tasks (dead, received);

-- +goose Down
DROP TABLE queue_tasks;
