-- +goose Up

-- share is the percentage of assets for which a version in shadow is in use.
ALTER TABLE verifiers ADD COLUMN share INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verifier_changes ADD COLUMN share INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE verifier_changes DROP COLUMN share;
ALTER TABLE verifiers DROP COLUMN share;
