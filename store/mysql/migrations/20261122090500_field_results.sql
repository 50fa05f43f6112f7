-- +goose Up
ALTER TABLE coverage
    ADD COLUMN proves  DOUBLE     NULL,
    ADD COLUMN comment MEDIUMTEXT NULL;

-- +goose Down
ALTER TABLE coverage DROP COLUMN proves, DROP COLUMN comment;
