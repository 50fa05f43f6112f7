-- +goose Up

-- A few matches of each finding, by the latest task that had any. What matched,
-- and the key of its row, are in sealed only, bound to asset, field, element,
-- verifier and hash, so that a row's content does not open in another row.
-- Purged after a time.
CREATE TABLE IF NOT EXISTS matches (
    finding_id VARCHAR(24)  NOT NULL,
    hash       VARCHAR(128) NOT NULL,
    ordinal    INTEGER      NOT NULL, -- among those of the finding and hash
    asset_key  VARCHAR(24)  NOT NULL,
    asset      TEXT         NOT NULL,
    asset_kind VARCHAR(32)  NOT NULL,
    store      TEXT         NOT NULL,
    owner      TEXT         NOT NULL,
    field      TEXT         NOT NULL,
    element    VARCHAR(128) NOT NULL,
    verifier   VARCHAR(255) NOT NULL,
    score      DOUBLE       NOT NULL,
    sealed     MEDIUMBLOB   NOT NULL,
    task_id    VARCHAR(64)  NOT NULL,
    at         BIGINT       NOT NULL,
    PRIMARY KEY (finding_id, hash, ordinal),
    KEY matches_at (at),
    KEY matches_asset (asset_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE matches;
