-- +goose Up

-- The dictionaries of verifiers that are snapshots of columns: sealed, the key
-- being elsewhere.
CREATE TABLE snapshots (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    column_key VARCHAR(24)  NOT NULL, -- a hash of store, asset and field
    store      VARCHAR(255) NOT NULL,
    asset      TEXT         NOT NULL,
    field      TEXT         NOT NULL,
    version    INTEGER      NOT NULL,
    task_id    VARCHAR(64)  NOT NULL,
    words      BIGINT       NOT NULL,
    sealed     BLOB         NOT NULL,
    taken      BIGINT       NOT NULL
);
CREATE UNIQUE INDEX snapshots_version ON snapshots (column_key, version);

-- +goose Down
DROP TABLE snapshots;
