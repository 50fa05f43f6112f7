-- +goose Up

-- Batches of items that a service outside labels, kept before anything leaves.
CREATE TABLE IF NOT EXISTS labellings (
    name    VARCHAR(64)  NOT NULL PRIMARY KEY,
    element VARCHAR(128) NOT NULL,
    place   TEXT         NOT NULL,
    state   VARCHAR(16)  NOT NULL,
    items   MEDIUMTEXT   NOT NULL,
    labels  INTEGER      NOT NULL,
    reason  TEXT         NOT NULL,
    said_by VARCHAR(191) NOT NULL,
    at      BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE labellings;
