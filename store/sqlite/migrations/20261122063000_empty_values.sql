-- +goose Up

-- "empty" is a reserved word of MySQL 8, and the tables are the same everywhere.
ALTER TABLE coverage RENAME COLUMN empty TO empty_values;

-- +goose Down
ALTER TABLE coverage RENAME COLUMN empty_values TO empty;
