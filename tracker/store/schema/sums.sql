CREATE TABLE _host_histories ( -- how often a host's articles change: the sums over its articles
    host TEXT PRIMARY KEY, -- the host
    article_count INTEGER NOT NULL, -- articles that a look showed
    edit_evidence REAL NOT NULL, -- sum of _article_states.edit_evidence
    exposure REAL NOT NULL, -- sum of exposure
    edits_seen REAL NOT NULL, -- sum of edits_seen
    looks_per_day REAL NOT NULL, -- sum of looks_per_day of those in _demands
    last_success_at TEXT NOT NULL -- the latest check that showed one of them
) STRICT, WITHOUT ROWID;

CREATE TABLE _demands ( -- what all articles of one promise ask for together: those that are still looked at and whose latest look showed them
    promise INTEGER PRIMARY KEY, -- their _article_states.promise
    article_count INTEGER NOT NULL, -- how many they are
    looks_per_day REAL NOT NULL -- sum of their looks_per_day
) STRICT;

INSERT INTO _demands
WITH RECURSIVE promises (promise) AS (SELECT -12 UNION ALL SELECT promise + 1 FROM promises WHERE promise < 9)
SELECT promise, 0, 0.0 FROM promises;

INSERT INTO _host_histories
SELECT
    host,
    count(*),
    sum(edit_evidence),
    sum(exposure),
    sum(edits_seen),
    sum(iif(next_check_at IS NOT NULL AND failures_in_row = 0, looks_per_day, 0.0)),
    max(last_success_at)
FROM _article_states
WHERE last_success_at IS NOT NULL
GROUP BY host;

UPDATE _demands SET (article_count, looks_per_day) = (
    SELECT count(*), total(looks_per_day) FROM _article_states AS states
    WHERE states.promise = _demands.promise AND states.next_check_at IS NOT NULL AND states.last_success_at IS NOT NULL
        AND states.failures_in_row = 0
);

CREATE TRIGGER _article_states_are_summed_up
AFTER UPDATE OF
    next_check_at, last_success_at, failures_in_row, edit_evidence, exposure, edits_seen, looks_per_day, promise
ON _article_states
WHEN new.last_success_at IS NOT NULL
BEGIN
    UPDATE _demands SET
        article_count = article_count - 1, looks_per_day = iif(article_count = 1, 0.0, looks_per_day - old.looks_per_day)
    WHERE promise = old.promise AND old.next_check_at IS NOT NULL AND old.last_success_at IS NOT NULL
        AND old.failures_in_row = 0;
    UPDATE _demands SET article_count = article_count + 1, looks_per_day = looks_per_day + new.looks_per_day
    WHERE promise = new.promise AND new.next_check_at IS NOT NULL AND new.failures_in_row = 0;
    INSERT INTO _host_histories VALUES (new.host, 0, 0.0, 0.0, 0.0, 0.0, new.last_success_at) ON CONFLICT DO NOTHING;
    UPDATE _host_histories SET
        article_count = article_count + (old.last_success_at IS NULL),
        edit_evidence = edit_evidence + new.edit_evidence - old.edit_evidence * (old.last_success_at IS NOT NULL),
        exposure = exposure + new.exposure - old.exposure * (old.last_success_at IS NOT NULL),
        edits_seen = edits_seen + new.edits_seen - old.edits_seen * (old.last_success_at IS NOT NULL),
        looks_per_day = looks_per_day
            + new.looks_per_day * (new.next_check_at IS NOT NULL AND new.failures_in_row = 0)
            - old.looks_per_day
                * (old.next_check_at IS NOT NULL AND old.last_success_at IS NOT NULL AND old.failures_in_row = 0),
        last_success_at = max(last_success_at, new.last_success_at)
    WHERE host = new.host;
END;
