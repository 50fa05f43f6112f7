-- +goose Up

-- Every version of every verifier, with who made it and why.
CREATE TABLE verifiers (
    element    VARCHAR(128) NOT NULL,
    version    INTEGER      NOT NULL,
    definition TEXT         NOT NULL, -- JSON
    hash       VARCHAR(128) NOT NULL,
    state      VARCHAR(16)  NOT NULL,
    author     TEXT         NOT NULL,
    reason     TEXT         NOT NULL,
    created    BIGINT       NOT NULL,
    PRIMARY KEY (element, version)
);

-- Every change of a version's state, the first one included, in order. Nothing
-- is ever deleted here.
CREATE TABLE verifier_changes (
    element VARCHAR(128) NOT NULL,
    version INTEGER      NOT NULL,
    state   VARCHAR(16)  NOT NULL,
    author  TEXT         NOT NULL,
    reason  TEXT         NOT NULL,
    at      BIGINT       NOT NULL
);
CREATE INDEX verifier_changes_element ON verifier_changes (element, at);

-- +goose Down
DROP TABLE verifier_changes;
DROP TABLE verifiers;
