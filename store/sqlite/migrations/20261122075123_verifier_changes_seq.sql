-- +goose Up

-- seq keeps the order of changes at the same time, and tells whether there are
-- new ones, as on MySQL.
CREATE TABLE verifier_changes_ordered (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    element VARCHAR(128) NOT NULL,
    version INTEGER      NOT NULL,
    state   VARCHAR(16)  NOT NULL,
    author  TEXT         NOT NULL,
    reason  TEXT         NOT NULL,
    at      BIGINT       NOT NULL
);
INSERT INTO verifier_changes_ordered (element, version, state, author, reason, at)
    SELECT element, version, state, author, reason, at FROM verifier_changes ORDER BY rowid;
DROP TABLE verifier_changes;
ALTER TABLE verifier_changes_ordered RENAME TO verifier_changes;
CREATE INDEX verifier_changes_element ON verifier_changes (element, at);

-- +goose Down
CREATE TABLE verifier_changes_unordered (
    element VARCHAR(128) NOT NULL,
    version INTEGER      NOT NULL,
    state   VARCHAR(16)  NOT NULL,
    author  TEXT         NOT NULL,
    reason  TEXT         NOT NULL,
    at      BIGINT       NOT NULL
);
INSERT INTO verifier_changes_unordered SELECT element, version, state, author, reason, at FROM verifier_changes ORDER BY seq;
DROP TABLE verifier_changes;
ALTER TABLE verifier_changes_unordered RENAME TO verifier_changes;
CREATE INDEX verifier_changes_element ON verifier_changes (element, at);
