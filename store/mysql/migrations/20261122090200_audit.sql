-- +goose Up

-- Who did what. Rows are never changed or deleted.
CREATE TABLE IF NOT EXISTS audit (
    seq    BIGINT      NOT NULL AUTO_INCREMENT,
    at     BIGINT      NOT NULL,
    actor  TEXT        NOT NULL,
    role   VARCHAR(16) NOT NULL,
    action VARCHAR(64) NOT NULL,
    object VARCHAR(255) NOT NULL,
    reason TEXT        NOT NULL,
    detail TEXT        NOT NULL,
    PRIMARY KEY (seq),
    KEY audit_object (object)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The latest judgement of a person on a finding; the audit has the former ones.
CREATE TABLE IF NOT EXISTS triage (
    finding_id VARCHAR(24) NOT NULL,
    status     VARCHAR(16) NOT NULL,
    author     TEXT        NOT NULL,
    reason     TEXT        NOT NULL,
    at         BIGINT      NOT NULL,
    PRIMARY KEY (finding_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE triage;
DROP TABLE audit;
