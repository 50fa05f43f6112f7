-- +goose Up

-- The tables of store/sqlite, which describes them. Every statement makes one
-- thing and can be run again, because MySQL does not take back half a migration.
-- Names differ by case, so that texts are compared by their bytes. MEDIUMTEXT is
-- for what may exceed 64 KB.

CREATE TABLE IF NOT EXISTS asset_elements (
    finding_id VARCHAR(24)  NOT NULL,
    state      VARCHAR(16)  NOT NULL,
    asset_key  VARCHAR(24)  NOT NULL,
    asset      TEXT         NOT NULL,
    field      TEXT         NOT NULL,
    element    VARCHAR(128) NOT NULL,
    confidence DOUBLE       NOT NULL,
    matched    BIGINT       NOT NULL,
    sampled    BIGINT       NOT NULL,
    hits       BIGINT       NOT NULL,
    free_text  SMALLINT     NOT NULL,
    verifier   VARCHAR(255) NOT NULL,
    hash       VARCHAR(128) NOT NULL,
    evidence   MEDIUMTEXT   NOT NULL,
    preview    TEXT         NOT NULL,
    owner      TEXT         NOT NULL,
    task_id    VARCHAR(64)  NOT NULL,
    first_task VARCHAR(64)  NOT NULL,
    first_seen BIGINT       NOT NULL,
    last_seen  BIGINT       NOT NULL,
    gone_task  VARCHAR(64)  NOT NULL,
    gone       BIGINT       NOT NULL,
    PRIMARY KEY (finding_id, state),
    KEY asset_elements_asset (asset_key),
    KEY asset_elements_element (element),
    KEY asset_elements_task (task_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS coverage (
    coverage_id  VARCHAR(24) NOT NULL,
    asset_key    VARCHAR(24) NOT NULL,
    asset        TEXT        NOT NULL,
    field        TEXT        NOT NULL,
    status       VARCHAR(32) NOT NULL,
    reason       VARCHAR(32) NOT NULL,
    detail       MEDIUMTEXT  NOT NULL,
    sampled      BIGINT      NOT NULL,
    empty_values BIGINT      NOT NULL,
    design       MEDIUMTEXT  NOT NULL,
    task_id      VARCHAR(64) NOT NULL,
    at           BIGINT      NOT NULL,
    PRIMARY KEY (coverage_id),
    KEY coverage_asset (asset_key),
    KEY coverage_status (status, reason)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS scans (
    task_id    VARCHAR(64) NOT NULL,
    kind       VARCHAR(32) NOT NULL,
    store      TEXT        NOT NULL,
    asset_key  VARCHAR(24) NOT NULL,
    asset      TEXT        NOT NULL,
    started    BIGINT      NOT NULL,
    finished   BIGINT      NOT NULL,
    bytes_read BIGINT      NOT NULL,
    PRIMARY KEY (task_id),
    KEY scans_asset (asset_key, finished)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A transaction that changes an asset or a verifier first takes the lock of a
-- row of this table. The rows are few and stay.
CREATE TABLE IF NOT EXISTS store_locks (
    name VARCHAR(32) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE store_locks;
DROP TABLE scans;
DROP TABLE coverage;
DROP TABLE asset_elements;
