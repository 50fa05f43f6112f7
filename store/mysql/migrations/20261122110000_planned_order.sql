-- +goose Up

-- The table of store/sqlite, which describes it. What was planned is planned again
-- in the next cycle.

DROP TABLE IF EXISTS planned_assets;

CREATE TABLE IF NOT EXISTS planned_assets (
    seq       BIGINT       NOT NULL AUTO_INCREMENT,
    asset_key VARCHAR(24)  NOT NULL,
    store     VARCHAR(255) NOT NULL,
    asset     MEDIUMTEXT   NOT NULL,
    listed    BIGINT       NOT NULL,
    changed   BIGINT       NOT NULL,
    sent      BIGINT       NOT NULL,
    turn      SMALLINT     NOT NULL,
    due       BIGINT       NOT NULL,
    cycle     BIGINT       NOT NULL,
    mix       SMALLINT     NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE KEY planned_assets_key (asset_key),
    KEY planned_assets_next (cycle, turn, due, mix),
    KEY planned_assets_store (store)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE planned_assets;

CREATE TABLE IF NOT EXISTS planned_assets (
    asset_key VARCHAR(24)  NOT NULL,
    store     VARCHAR(255) NOT NULL,
    asset     MEDIUMTEXT   NOT NULL,
    listed    BIGINT       NOT NULL,
    changed   BIGINT       NOT NULL,
    sent      BIGINT       NOT NULL,
    turn      SMALLINT     NOT NULL,
    due       BIGINT       NOT NULL,
    cycle     BIGINT       NOT NULL,
    PRIMARY KEY (asset_key),
    KEY planned_assets_next (cycle, turn, due, asset_key),
    KEY planned_assets_store (store, asset_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
