-- +goose Up

-- What the task creator keeps of every asset that a catalogue has listed. Those
-- with a cycle wait to be sent in it; the others have 0.
CREATE TABLE planned_assets (
    asset_key VARCHAR(24)  NOT NULL,
    store     VARCHAR(255) NOT NULL,
    asset     TEXT         NOT NULL, -- JSON
    listed    BIGINT       NOT NULL, -- begin of the cycle that listed it last
    changed   BIGINT       NOT NULL,
    sent      BIGINT       NOT NULL,
    turn      SMALLINT     NOT NULL,
    due       BIGINT       NOT NULL,
    cycle     BIGINT       NOT NULL, -- begin of the cycle in which it waits
    PRIMARY KEY (asset_key)
);
CREATE INDEX planned_assets_next ON planned_assets (cycle, turn, due, asset_key);
CREATE INDEX planned_assets_store ON planned_assets (store, asset_key);

CREATE TABLE planned_stores (
    name    VARCHAR(255) NOT NULL,
    store   TEXT         NOT NULL, -- JSON
    listed  BIGINT       NOT NULL, -- begin of the cycle that listed it to the end
    version TEXT         NOT NULL, -- of that listing
    PRIMARY KEY (name)
);

CREATE TABLE planning_cycles (
    begun  BIGINT      NOT NULL,
    name   VARCHAR(64) NOT NULL,
    listed BIGINT      NOT NULL,
    done   BIGINT      NOT NULL,
    PRIMARY KEY (begun)
);

-- Who leads where only one process may, and how often that was renewed.
CREATE TABLE claims (
    name     VARCHAR(128) NOT NULL,
    holder   VARCHAR(255) NOT NULL,
    renewals BIGINT       NOT NULL,
    PRIMARY KEY (name)
);

-- +goose Down
DROP TABLE claims;
DROP TABLE planning_cycles;
DROP TABLE planned_stores;
DROP TABLE planned_assets;
