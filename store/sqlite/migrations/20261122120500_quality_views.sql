-- +goose Up

-- The latest measure of each version knows accuracy, the counts and what became of
-- the version, too.
DROP VIEW view_quality;
CREATE VIEW view_quality AS
    SELECT m.element AS element, m.version AS version, m.level AS level, m.store AS store, m.language AS language, m.at / 1000 AS measured,
        m.prec AS prec, m.prec_low AS prec_low, m.prec_high AS prec_high, m.prec_n AS prec_n,
        m.recall AS recall, m.recall_low AS recall_low, m.recall_high AS recall_high, m.recall_n AS recall_n,
        m.accuracy AS accuracy, m.accuracy_low AS accuracy_low, m.accuracy_high AS accuracy_high, m.accuracy_n AS accuracy_n,
        m.f1 AS f1, m.tp AS tp, m.fp AS fp, m.fn AS fn, m.tn AS tn, COALESCE(v.state, '') AS state, COALESCE(v.share, 0) AS share
    FROM measures m
        JOIN (SELECT MAX(seq) AS seq FROM measures GROUP BY element, version, level, store, language) latest ON latest.seq = m.seq
        LEFT JOIN verifiers v ON v.element = m.element AND v.version = m.version;

-- Every measure that said something new.
CREATE VIEW view_quality_trend AS
    SELECT m.element AS element, m.version AS version, m.level AS level, m.store AS store, m.language AS language, m.at / 1000 AS measured,
        m.prec AS prec, m.prec_low AS prec_low, m.prec_high AS prec_high, m.prec_n AS prec_n,
        m.recall AS recall, m.recall_low AS recall_low, m.recall_high AS recall_high, m.recall_n AS recall_n,
        m.accuracy AS accuracy, m.accuracy_low AS accuracy_low, m.accuracy_high AS accuracy_high, m.accuracy_n AS accuracy_n,
        m.tp + m.fp + m.fn + m.tn AS labels
    FROM measures m;

-- +goose Down
DROP VIEW view_quality_trend;
DROP VIEW view_quality;
CREATE VIEW view_quality AS
    SELECT m.element AS element, m.version AS version, m.level AS level, m.store AS store, m.language AS language, m.at / 1000 AS measured,
        m.prec AS prec, m.prec_low AS prec_low, m.prec_high AS prec_high, m.prec_n AS prec_n,
        m.recall AS recall, m.recall_low AS recall_low, m.recall_high AS recall_high, m.recall_n AS recall_n
    FROM measures m
        JOIN (SELECT MAX(seq) AS seq FROM measures GROUP BY element, version, level, store, language) latest ON latest.seq = m.seq;
