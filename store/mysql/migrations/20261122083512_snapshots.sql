-- +goose Up

-- The dictionaries of verifiers that are snapshots of columns: sealed, the key
-- being elsewhere.
CREATE TABLE IF NOT EXISTS snapshots (
    seq        BIGINT       NOT NULL AUTO_INCREMENT,
    column_key VARCHAR(24)  NOT NULL, -- a hash of store, asset and field
    store      VARCHAR(255) NOT NULL,
    asset      TEXT         NOT NULL,
    field      TEXT         NOT NULL,
    version    INTEGER      NOT NULL,
    task_id    VARCHAR(64)  NOT NULL,
    words      BIGINT       NOT NULL,
    sealed     LONGBLOB     NOT NULL,
    taken      BIGINT       NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE KEY snapshots_version (column_key, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE snapshots;
