-- +goose Up

-- What dashboards read: docs/service.md describes the columns, which stay. Times
-- are seconds since 1970.

-- Element by store: where what is found now. What a person called a false
-- positive does not count as a field.
CREATE VIEW view_elements AS
    SELECT COALESCE(s.store, '') AS store, e.element AS element,
        COUNT(DISTINCT CASE WHEN t.finding_id IS NULL THEN e.asset_key END) AS assets,
        COUNT(CASE WHEN t.finding_id IS NULL THEN 1 END) AS fields,
        COUNT(t.finding_id) AS false_positives,
        MAX(e.confidence) AS confidence,
        MIN(e.first_seen) / 1000 AS first_seen, MAX(e.last_seen) / 1000 AS last_seen
    FROM asset_elements e
        LEFT JOIN scans s ON s.task_id = e.task_id
        LEFT JOIN triage t ON t.finding_id = e.finding_id AND t.status = 'false_positive'
    WHERE e.state = 'active' AND e.gone_task = ''
    GROUP BY COALESCE(s.store, ''), e.element;

-- Every finding that is there, with what a person made of it: for tables and
-- drilling down. It holds no content, and no preview.
CREATE VIEW view_findings AS
    SELECT e.finding_id AS finding, COALESCE(s.store, '') AS store, e.asset AS asset, e.field AS field, e.element AS element,
        e.confidence AS confidence, e.matched AS matched, e.sampled AS sampled, e.verifier AS verifier, e.owner AS owner,
        COALESCE(t.status, 'open') AS status, e.first_seen / 1000 AS first_seen, e.last_seen / 1000 AS last_seen
    FROM asset_elements e
        LEFT JOIN scans s ON s.task_id = e.task_id
        LEFT JOIN triage t ON t.finding_id = e.finding_id
    WHERE e.state = 'active' AND e.gone_task = '';

-- How far the fields of a store are examined, and why not further. whole counts
-- the assets that failed as a whole.
CREATE VIEW view_coverage AS
    SELECT COALESCE(s.store, '') AS store, c.status AS status, c.reason AS reason,
        SUM(CASE WHEN c.field <> '' THEN 1 ELSE 0 END) AS fields,
        SUM(CASE WHEN c.field = '' THEN 1 ELSE 0 END) AS whole,
        COUNT(DISTINCT c.asset_key) AS assets,
        MAX(CASE WHEN c.status = 'scanned' THEN c.proves END) AS proves
    FROM coverage c LEFT JOIN scans s ON s.task_id = c.task_id
    GROUP BY COALESCE(s.store, ''), c.status, c.reason;

-- How long ago an asset was last spoken of, whether or not it could be read.
CREATE VIEW view_age AS
    SELECT COALESCE(s.store, '') AS store, MIN(c.asset) AS asset, MAX(c.at) / 1000 AS last_scan,
        (CAST(strftime('%s', 'now') AS INTEGER) - MAX(c.at) / 1000) / 86400.0 AS age_days,
        SUM(CASE WHEN c.status <> 'scanned' THEN 1 ELSE 0 END) AS gaps
    FROM coverage c LEFT JOIN scans s ON s.task_id = c.task_id
    GROUP BY c.asset_key, COALESCE(s.store, '');

-- What appeared and what went on each day, by element and the store that saw it
-- last. day is midnight UTC.
CREATE VIEW view_trend AS
    SELECT x.day AS day, x.store AS store, x.element AS element, SUM(x.appeared) AS appeared, SUM(x.gone) AS gone
    FROM (
        SELECT e.first_seen / 86400000 * 86400 AS day, COALESCE(s.store, '') AS store, e.element AS element, 1 AS appeared, 0 AS gone
            FROM asset_elements e LEFT JOIN scans s ON s.task_id = e.task_id WHERE e.state = 'active'
        UNION ALL
        SELECT e.gone / 86400000 * 86400, COALESCE(s.store, ''), e.element, 0, 1
            FROM asset_elements e LEFT JOIN scans s ON s.task_id = e.task_id WHERE e.state = 'active' AND e.gone_task <> ''
    ) x GROUP BY x.day, x.store, x.element;

-- The work of each day. proved is the number of scans that prove something of
-- what they did not read.
CREATE VIEW view_scans AS
    SELECT finished / 86400000 * 86400 AS day, store, COUNT(*) AS scans, SUM(bytes_read) AS bytes_read, SUM(sampled) AS sampled_values,
        SUM(fields) AS fields, SUM(scanned) AS scanned, SUM(partial) AS partial, SUM(not_examined) AS not_examined,
        SUM(findings) AS findings, COUNT(proves) AS proved
    FROM scans GROUP BY finished / 86400000 * 86400, store;

-- What the versions of verifiers find, and what people made of it.
-- false_positive_share is of the judged ones; NULL while nobody judged.
CREATE VIEW view_verifiers AS
    SELECT e.element AS element, e.verifier AS verifier, e.hash AS hash, e.state AS state, COUNT(*) AS findings,
        COUNT(t.finding_id) AS judged,
        SUM(CASE WHEN t.status = 'ack' THEN 1 ELSE 0 END) AS acknowledged,
        SUM(CASE WHEN t.status = 'false_positive' THEN 1 ELSE 0 END) AS false_positives,
        SUM(CASE WHEN t.status = 'false_positive' THEN 1.0 ELSE 0.0 END) / NULLIF(COUNT(t.finding_id), 0) AS false_positive_share
    FROM asset_elements e LEFT JOIN triage t ON t.finding_id = e.finding_id AND t.status <> 'open'
    WHERE e.gone_task = ''
    GROUP BY e.element, e.verifier, e.hash, e.state;

-- The latest measurement of each verifier version against labels, with its 95 %
-- interval. A measure that rests on no labels (n = 0) says nothing.
CREATE VIEW view_quality AS
    SELECT m.element AS element, m.version AS version, m.level AS level, m.store AS store, m.language AS language, m.at / 1000 AS measured,
        m.prec AS prec, m.prec_low AS prec_low, m.prec_high AS prec_high, m.prec_n AS prec_n,
        m.recall AS recall, m.recall_low AS recall_low, m.recall_high AS recall_high, m.recall_n AS recall_n
    FROM measures m
        JOIN (SELECT MAX(seq) AS seq FROM measures GROUP BY element, version, level, store, language) latest ON latest.seq = m.seq;

-- +goose Down
DROP VIEW view_quality;
DROP VIEW view_verifiers;
DROP VIEW view_scans;
DROP VIEW view_trend;
DROP VIEW view_age;
DROP VIEW view_coverage;
DROP VIEW view_findings;
DROP VIEW view_elements;
