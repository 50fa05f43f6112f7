-- +goose Up

-- What programs and people prove their role with; a row with a parent is a
-- browser's session. Of the secret only its hash is kept: it is long and random,
-- so that a fast hash suffices. Times are milliseconds since 1970; 0 is never.
CREATE TABLE api_tokens (
    token_id VARCHAR(64) NOT NULL,
    name     TEXT        NOT NULL,
    role     VARCHAR(16) NOT NULL,
    parent   VARCHAR(64) NOT NULL,
    hash     VARCHAR(64) NOT NULL,
    author   TEXT        NOT NULL,
    created  BIGINT      NOT NULL,
    expires  BIGINT      NOT NULL,
    revoked  BIGINT      NOT NULL,
    PRIMARY KEY (token_id)
);
CREATE INDEX api_tokens_parent ON api_tokens (parent);

-- +goose Down
DROP TABLE api_tokens;
