-- +goose Up

-- Values to be labelled. What each is, is in sealed only, bound to its row; the
-- id is a keyed hash of element and value.
CREATE TABLE IF NOT EXISTS items (
    id          VARCHAR(64)  NOT NULL PRIMARY KEY,
    element     VARCHAR(128) NOT NULL,
    asset       TEXT         NOT NULL,
    field       TEXT         NOT NULL,
    store       VARCHAR(32)  NOT NULL,
    language    VARCHAR(16)  NOT NULL,
    origin      VARCHAR(16)  NOT NULL,
    stratum     VARCHAR(16)  NOT NULL,
    hash        VARCHAR(128) NOT NULL,
    flagged     INTEGER      NOT NULL,
    score       DOUBLE       NOT NULL,
    probability DOUBLE       NOT NULL,
    sealed      MEDIUMBLOB   NOT NULL,
    at          BIGINT       NOT NULL,
    KEY items_element (element, id),
    KEY items_at (at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The key of the items' ids, sealed.
CREATE TABLE IF NOT EXISTS item_key (
    name   VARCHAR(16) NOT NULL PRIMARY KEY,
    sealed MEDIUMBLOB  NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who said what. target is an item's id, or the key of a field.
CREATE TABLE IF NOT EXISTS labels (
    target    VARCHAR(64)  NOT NULL,
    said_by   VARCHAR(191) NOT NULL,
    item      VARCHAR(64)  NOT NULL,
    element   VARCHAR(128) NOT NULL,
    asset     TEXT         NOT NULL,
    field     TEXT         NOT NULL,
    verdict   VARCHAR(16)  NOT NULL,
    model     INTEGER      NOT NULL,
    route     VARCHAR(32)  NOT NULL,
    at        BIGINT       NOT NULL,
    PRIMARY KEY (target, said_by),
    KEY labels_element (element, target)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- How good each version of a verifier was found to be, the whole history.
CREATE TABLE IF NOT EXISTS measures (
    seq        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    element    VARCHAR(128) NOT NULL,
    version    INTEGER      NOT NULL,
    hash       VARCHAR(128) NOT NULL,
    level      VARCHAR(16)  NOT NULL,
    store      VARCHAR(32)  NOT NULL,
    language   VARCHAR(16)  NOT NULL,
    at         BIGINT       NOT NULL,
    tp INTEGER NOT NULL, fp INTEGER NOT NULL, fn INTEGER NOT NULL, tn INTEGER NOT NULL,
    prec DOUBLE NOT NULL, prec_low DOUBLE NOT NULL, prec_high DOUBLE NOT NULL, prec_n INTEGER NOT NULL,
    recall DOUBLE NOT NULL, recall_low DOUBLE NOT NULL, recall_high DOUBLE NOT NULL, recall_n INTEGER NOT NULL,
    accuracy DOUBLE NOT NULL, accuracy_low DOUBLE NOT NULL, accuracy_high DOUBLE NOT NULL, accuracy_n INTEGER NOT NULL,
    prevalence DOUBLE NOT NULL, prevalence_low DOUBLE NOT NULL, prevalence_high DOUBLE NOT NULL, prevalence_n INTEGER NOT NULL,
    f1 DOUBLE NOT NULL,
    KEY measures_element (element, at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE measures;
DROP TABLE labels;
DROP TABLE item_key;
DROP TABLE items;
