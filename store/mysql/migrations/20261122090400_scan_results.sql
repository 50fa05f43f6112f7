-- +goose Up

-- The columns of store/sqlite, which describes them, in one statement for the
-- whole of each table: it is done or not, and never half.
ALTER TABLE scans
    ADD COLUMN asset_kind   VARCHAR(32)  NOT NULL DEFAULT '',
    ADD COLUMN owner        TEXT         NULL,
    ADD COLUMN declared     MEDIUMTEXT   NULL,
    ADD COLUMN fields       INTEGER      NOT NULL DEFAULT 0,
    ADD COLUMN scanned      INTEGER      NOT NULL DEFAULT 0,
    ADD COLUMN partial      INTEGER      NOT NULL DEFAULT 0,
    ADD COLUMN not_examined INTEGER      NOT NULL DEFAULT 0,
    ADD COLUMN reasons      TEXT         NULL,
    ADD COLUMN sampled      BIGINT       NOT NULL DEFAULT 0,
    ADD COLUMN proves       DOUBLE       NULL,
    ADD COLUMN findings     INTEGER      NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE scans DROP COLUMN asset_kind, DROP COLUMN owner, DROP COLUMN declared, DROP COLUMN fields, DROP COLUMN scanned,
    DROP COLUMN partial, DROP COLUMN not_examined, DROP COLUMN reasons, DROP COLUMN sampled, DROP COLUMN proves, DROP COLUMN findings;
