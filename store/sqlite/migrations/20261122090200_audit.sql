-- +goose Up

-- Who did what. Rows are never changed or deleted.
CREATE TABLE audit (
    seq    INTEGER     NOT NULL PRIMARY KEY AUTOINCREMENT,
    at     BIGINT      NOT NULL,
    actor  TEXT        NOT NULL,
    role   VARCHAR(16) NOT NULL,
    action VARCHAR(64) NOT NULL,
    object VARCHAR(255) NOT NULL,
    reason TEXT        NOT NULL,
    detail TEXT        NOT NULL
);
CREATE INDEX audit_object ON audit (object);

-- The latest judgement of a person on a finding; the audit has the former ones.
CREATE TABLE triage (
    finding_id VARCHAR(24) NOT NULL,
    status     VARCHAR(16) NOT NULL,
    author     TEXT        NOT NULL,
    reason     TEXT        NOT NULL,
    at         BIGINT      NOT NULL,
    PRIMARY KEY (finding_id)
);

-- +goose Down
DROP TABLE triage;
DROP TABLE audit;
