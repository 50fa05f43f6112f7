-- +goose Up

-- Batches of items that a service outside labels, kept before anything leaves.
CREATE TABLE labellings (
    name    VARCHAR(64)  NOT NULL PRIMARY KEY,
    element VARCHAR(128) NOT NULL,
    place   TEXT         NOT NULL,
    state   VARCHAR(16)  NOT NULL,
    items   TEXT         NOT NULL,
    labels  INTEGER      NOT NULL,
    reason  TEXT         NOT NULL,
    said_by VARCHAR(191) NOT NULL,
    at      BIGINT       NOT NULL
);

-- +goose Down
DROP TABLE labellings;
