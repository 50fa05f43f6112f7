-- +goose Up

-- Values to be labelled. What each is, is in sealed only, bound to its row; the
-- id is a keyed hash of element and value.
CREATE TABLE items (
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
    sealed      BLOB         NOT NULL,
    at          BIGINT       NOT NULL
);
CREATE INDEX items_element ON items (element, id);
CREATE INDEX items_at ON items (at);

-- The key of the items' ids, sealed.
CREATE TABLE item_key (
    name   VARCHAR(16) NOT NULL PRIMARY KEY,
    sealed BLOB        NOT NULL
);

-- Who said what. target is an item's id, or the key of a field.
CREATE TABLE labels (
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
    PRIMARY KEY (target, said_by)
);
CREATE INDEX labels_element ON labels (element, target);

-- How good each version of a verifier was found to be, the whole history.
CREATE TABLE measures (
    seq        INTEGER      NOT NULL PRIMARY KEY AUTOINCREMENT,
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
    f1 DOUBLE NOT NULL
);
CREATE INDEX measures_element ON measures (element, at);

-- +goose Down
DROP TABLE measures;
DROP TABLE labels;
DROP TABLE item_key;
DROP TABLE items;
