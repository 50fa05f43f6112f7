-- +goose Up

-- What programs and people prove their role with; a row with a parent is a
-- browser's session. Of the secret only its hash is kept: it is long and random,
-- so that a fast hash suffices. Times are milliseconds since 1970; 0 is never.
CREATE TABLE IF NOT EXISTS api_tokens (
    token_id VARCHAR(64) NOT NULL,
    name     TEXT        NOT NULL,
    role     VARCHAR(16) NOT NULL,
    parent   VARCHAR(64) NOT NULL,
    hash     VARCHAR(64) NOT NULL,
    author   TEXT        NOT NULL,
    created  BIGINT      NOT NULL,
    expires  BIGINT      NOT NULL,
    revoked  BIGINT      NOT NULL,
    PRIMARY KEY (token_id),
    KEY api_tokens_parent (parent)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE api_tokens;
