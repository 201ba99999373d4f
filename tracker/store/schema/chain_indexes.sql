DROP TABLE _checks_before;

CREATE INDEX checks_by_article ON checks (article_id, checked_at);
CREATE INDEX checks_by_time ON checks (checked_at, outcome, look_count);
CREATE INDEX checks_folded ON checks (article_id, checked_at) WHERE first_checked_at IS NOT NULL;

CREATE TRIGGER checks_are_facts BEFORE UPDATE ON checks
BEGIN
    SELECT raise(ABORT, 'checks are facts and never altered');
END;
