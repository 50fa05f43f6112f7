-- +goose Up

-- What a scan covered, and what that proves. proves is the smallest share of the
-- population that the sample would have shown with 95 % probability; NULL where
-- it proves nothing about the rest. declared and reasons are JSON.
ALTER TABLE scans ADD COLUMN asset_kind VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE scans ADD COLUMN owner TEXT NULL;
ALTER TABLE scans ADD COLUMN declared TEXT NULL;
ALTER TABLE scans ADD COLUMN fields INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN scanned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN partial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN not_examined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN reasons TEXT NULL;
ALTER TABLE scans ADD COLUMN sampled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN proves DOUBLE NULL;
ALTER TABLE scans ADD COLUMN findings INTEGER NOT NULL DEFAULT 0;
ALTER TABLE coverage ADD COLUMN proves DOUBLE NULL;
ALTER TABLE coverage ADD COLUMN comment TEXT NULL;

-- +goose Down
ALTER TABLE coverage DROP COLUMN comment;
ALTER TABLE coverage DROP COLUMN proves;
ALTER TABLE scans DROP COLUMN findings;
ALTER TABLE scans DROP COLUMN proves;
ALTER TABLE scans DROP COLUMN sampled;
ALTER TABLE scans DROP COLUMN reasons;
ALTER TABLE scans DROP COLUMN not_examined;
ALTER TABLE scans DROP COLUMN partial;
ALTER TABLE scans DROP COLUMN scanned;
ALTER TABLE scans DROP COLUMN fields;
ALTER TABLE scans DROP COLUMN declared;
ALTER TABLE scans DROP COLUMN owner;
ALTER TABLE scans DROP COLUMN asset_kind;
