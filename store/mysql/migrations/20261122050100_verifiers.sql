-- +goose Up

CREATE TABLE IF NOT EXISTS verifiers (
    element    VARCHAR(128) NOT NULL,
    version    INTEGER      NOT NULL,
    definition LONGTEXT     NOT NULL,
    hash       VARCHAR(128) NOT NULL,
    state      VARCHAR(16)  NOT NULL,
    author     TEXT         NOT NULL,
    reason     TEXT         NOT NULL,
    created    BIGINT       NOT NULL,
    PRIMARY KEY (element, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- seq keeps the order, for which SQLite has its row ids.
CREATE TABLE IF NOT EXISTS verifier_changes (
    seq     BIGINT       NOT NULL AUTO_INCREMENT,
    element VARCHAR(128) NOT NULL,
    version INTEGER      NOT NULL,
    state   VARCHAR(16)  NOT NULL,
    author  TEXT         NOT NULL,
    reason  TEXT         NOT NULL,
    at      BIGINT       NOT NULL,
    PRIMARY KEY (seq),
    KEY verifier_changes_element (element, at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE verifier_changes;
DROP TABLE verifiers;
