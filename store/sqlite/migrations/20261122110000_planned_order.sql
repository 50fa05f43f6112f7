-- +goose Up

-- Assets in the order in which they were first listed, so that a listing of a
-- million goes to few places: only asset_key is random. mix, of few values, is what
-- the tasks of a turn are ordered by, so that those of one store do not come all
-- together.
CREATE TABLE planned_assets_ordered (
    seq       INTEGER      NOT NULL PRIMARY KEY,
    asset_key VARCHAR(24)  NOT NULL,
    store     VARCHAR(255) NOT NULL,
    asset     TEXT         NOT NULL, -- JSON
    listed    BIGINT       NOT NULL, -- begin of the cycle that listed it last
    changed   BIGINT       NOT NULL,
    sent      BIGINT       NOT NULL,
    turn      SMALLINT     NOT NULL,
    due       BIGINT       NOT NULL,
    cycle     BIGINT       NOT NULL, -- begin of the cycle in which it waits
    mix       SMALLINT     NOT NULL
);
INSERT INTO planned_assets_ordered (asset_key, store, asset, listed, changed, sent, turn, due, cycle, mix)
    SELECT asset_key, store, asset, listed, changed, sent, turn, due, cycle, 0 FROM planned_assets ORDER BY store, asset_key;
DROP TABLE planned_assets;
ALTER TABLE planned_assets_ordered RENAME TO planned_assets;
CREATE UNIQUE INDEX planned_assets_key ON planned_assets (asset_key);
CREATE INDEX planned_assets_next ON planned_assets (cycle, turn, due, mix);
CREATE INDEX planned_assets_store ON planned_assets (store);

-- +goose Down
CREATE TABLE planned_assets_keyed (
    asset_key VARCHAR(24)  NOT NULL,
    store     VARCHAR(255) NOT NULL,
    asset     TEXT         NOT NULL,
    listed    BIGINT       NOT NULL,
    changed   BIGINT       NOT NULL,
    sent      BIGINT       NOT NULL,
    turn      SMALLINT     NOT NULL,
    due       BIGINT       NOT NULL,
    cycle     BIGINT       NOT NULL,
    PRIMARY KEY (asset_key)
);
INSERT INTO planned_assets_keyed SELECT asset_key, store, asset, listed, changed, sent, turn, due, cycle FROM planned_assets;
DROP TABLE planned_assets;
ALTER TABLE planned_assets_keyed RENAME TO planned_assets;
CREATE INDEX planned_assets_next ON planned_assets (cycle, turn, due, asset_key);
CREATE INDEX planned_assets_store ON planned_assets (store, asset_key);
