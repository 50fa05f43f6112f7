-- +goose Up

CREATE INDEX scans_finished ON scans (finished);

-- +goose Down
DROP INDEX scans_finished ON scans;
