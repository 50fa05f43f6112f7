-- +goose Up

-- The tables of store/sqlite, which describes them.

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

CREATE TABLE IF NOT EXISTS planned_stores (
    name    VARCHAR(255) NOT NULL,
    store   TEXT         NOT NULL,
    listed  BIGINT       NOT NULL,
    version TEXT         NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS planning_cycles (
    begun  BIGINT      NOT NULL,
    name   VARCHAR(64) NOT NULL,
    listed BIGINT      NOT NULL,
    done   BIGINT      NOT NULL,
    PRIMARY KEY (begun)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS claims (
    name     VARCHAR(128) NOT NULL,
    holder   VARCHAR(255) NOT NULL,
    renewals BIGINT       NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE claims;
DROP TABLE planning_cycles;
DROP TABLE planned_stores;
DROP TABLE planned_assets;
