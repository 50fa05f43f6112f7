-- +goose Up

-- What somebody wrote down for the finding's field, as a JSON list of elements.
ALTER TABLE asset_elements ADD COLUMN declared TEXT NULL;

-- +goose Down
ALTER TABLE asset_elements DROP COLUMN declared;
