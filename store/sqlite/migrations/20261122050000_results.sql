-- +goose Up

-- Keys are the first 24 hexadecimal digits of hashes (assay.FindingID), because
-- URIs and paths are longer than what every database can put into a key. Times
-- are milliseconds since 1970. Words like field and element are no sampled
-- content; nothing that was read from a scanned store is kept here but masked
-- previews.

-- One row for each asset × field × element, in the active and the shadow state.
CREATE TABLE asset_elements (
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
    evidence   TEXT         NOT NULL, -- JSON
    preview    TEXT         NOT NULL,
    owner      TEXT         NOT NULL,
    task_id    VARCHAR(64)  NOT NULL, -- that saw it last
    first_task VARCHAR(64)  NOT NULL, -- that saw it first
    first_seen BIGINT       NOT NULL,
    last_seen  BIGINT       NOT NULL,
    gone_task  VARCHAR(64)  NOT NULL, -- that no longer saw it; empty while it is there
    gone       BIGINT       NOT NULL, -- when; 0 while it is there
    PRIMARY KEY (finding_id, state)
);
CREATE INDEX asset_elements_asset ON asset_elements (asset_key);
CREATE INDEX asset_elements_element ON asset_elements (element);
CREATE INDEX asset_elements_task ON asset_elements (task_id);

-- The latest coverage of every field; the empty field is the asset as a whole.
CREATE TABLE coverage (
    coverage_id VARCHAR(24) NOT NULL,
    asset_key   VARCHAR(24) NOT NULL,
    asset       TEXT        NOT NULL,
    field       TEXT        NOT NULL,
    status      VARCHAR(32) NOT NULL,
    reason      VARCHAR(32) NOT NULL,
    detail      TEXT        NOT NULL,
    sampled     BIGINT      NOT NULL,
    empty       BIGINT      NOT NULL,
    design      TEXT        NOT NULL, -- JSON
    task_id     VARCHAR(64) NOT NULL,
    at          BIGINT      NOT NULL,
    PRIMARY KEY (coverage_id)
);
CREATE INDEX coverage_asset ON coverage (asset_key);
CREATE INDEX coverage_status ON coverage (status, reason);

-- One row for each task whose result was committed.
CREATE TABLE scans (
    task_id    VARCHAR(64) NOT NULL,
    kind       VARCHAR(32) NOT NULL,
    store      TEXT        NOT NULL,
    asset_key  VARCHAR(24) NOT NULL,
    asset      TEXT        NOT NULL,
    started    BIGINT      NOT NULL,
    finished   BIGINT      NOT NULL,
    bytes_read BIGINT      NOT NULL,
    PRIMARY KEY (task_id)
);
CREATE INDEX scans_asset ON scans (asset_key, finished);

-- +goose Down
DROP TABLE scans;
DROP TABLE coverage;
DROP TABLE asset_elements;
