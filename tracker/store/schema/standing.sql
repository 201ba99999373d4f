CREATE TABLE article_joins ( -- an article that was found, as it is, at the address of another one, which goes on with its history: a fact, never altered
    article_id INTEGER PRIMARY KEY REFERENCES articles (article_id), -- the article that is no longer looked at
    into_article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article that goes on with its history
    joined_at TEXT NOT NULL, -- the look that showed it
    reason TEXT NOT NULL, -- how it was learnt, in a short sentence
    CHECK (article_id <> into_article_id)
) STRICT;

CREATE INDEX article_joins_by_target ON article_joins (into_article_id);

CREATE TRIGGER article_joins_are_facts BEFORE UPDATE ON article_joins
BEGIN
    SELECT raise(ABORT, 'article_joins are facts and never altered');
END;

CREATE TABLE _article_states_before AS SELECT * FROM _article_states;

DROP TABLE _article_states;

CREATE TABLE _article_states ( -- how an article stands now: kept up to date by the program, derived from the tables above
    article_id INTEGER PRIMARY KEY REFERENCES articles (article_id), -- the article
    host TEXT NOT NULL, -- articles.host, repeated so that the queue needs one index only
    state TEXT NOT NULL, -- new, live, gone, moved, blocked, paywalled, unreadable, failing or live_page
    state_since_at TEXT NOT NULL, -- the first check of this state, or when tracking began
    next_check_at TEXT, -- when it is due; NULL: not looked at any more
    etag TEXT, -- ETag of the last page that showed the article; NULL: none was sent
    last_modified TEXT, -- Last-Modified of that page, in the server's own words; NULL: none was sent
    page_sha256 TEXT, -- fingerprint of that page; NULL: no page showed the article yet
    body_sha256 TEXT, -- SHA-256 of that page's bytes, in hex; NULL: no page showed the article yet, or it was not noted down then
    suspect_sha256 TEXT, -- content_sha256 of an implausible change that waits for confirmation; NULL: none waits
    failures_in_row INTEGER NOT NULL, -- looks in a row that showed nothing, up to now
    latest_revision_id INTEGER REFERENCES revisions (revision_id), -- the newest revision; NULL: none yet
    revision_count INTEGER NOT NULL, -- rows in revisions
    change_count INTEGER NOT NULL, -- rows in changes
    first_seen_at TEXT, -- when its first revision was seen; NULL: none yet
    last_checked_at TEXT, -- its latest check; NULL: not looked at yet
    last_success_at TEXT, -- its latest check that showed the article; NULL: none yet
    joined_to_article_id INTEGER REFERENCES articles (article_id), -- where article_joins leads in the end: the article that is looked at in its place; NULL: it stands alone
    follow_until_at TEXT, -- the moment after which it is not looked at any more, as the source that named it asks; NULL: no end is set
    is_headline_only INTEGER NOT NULL CHECK (is_headline_only IN (0, 1)), -- 1: its headline, subheadline, byline and times are tracked and its text is not, as the source that named it asks
    born_at TEXT NOT NULL, -- its age counts from here: its publication where that is known, else when tracking began
    stirred_at TEXT, -- when it last changed, or was named again after a long silence; NULL: never
    edit_evidence REAL NOT NULL, -- edits that the looks speak for: those that were likely missed estimated in, flaps counted for a tenth
    exposure REAL NOT NULL, -- edits that an average article of its age would have had between the looks
    steady_log_odds REAL, -- log odds that it changes at a constant rate, as a page that is kept up to date; NULL: no look has spoken yet
    edits_seen REAL NOT NULL, -- changes that looks found, flaps counted for a tenth
    looks_per_day REAL NOT NULL, -- looks a day that it asks for when a look costs 1; 0: nothing more is expected of it
    promise INTEGER NOT NULL CHECK (promise BETWEEN -12 AND 9) -- looks_per_day in octaves: the higher, the more a look is likely to find; 9: no look has shown it, and nobody says how old it is
) STRICT;

INSERT INTO _article_states
SELECT
    article_id, host, state, state_since_at, next_check_at, etag, last_modified, page_sha256, NULL, suspect_sha256,
    failures_in_row, latest_revision_id, revision_count, change_count, first_seen_at, last_checked_at, last_success_at,
    NULL, NULL, 0,
    (SELECT added_at FROM articles WHERE articles.article_id = _article_states_before.article_id), NULL, 0.0, 0.0, NULL,
    0.0, 0.0, 0
FROM _article_states_before;

DROP TABLE _article_states_before;

CREATE INDEX _article_states_due ON _article_states (promise, next_check_at, host) WHERE next_check_at IS NOT NULL;
CREATE INDEX _article_states_by_state ON _article_states (state);
CREATE INDEX _article_states_in_trouble ON _article_states (host, state)
    WHERE state IN ('blocked', 'paywalled', 'unreadable', 'failing');
CREATE INDEX _article_states_by_latest_revision ON _article_states (latest_revision_id) WHERE latest_revision_id IS NOT NULL;
CREATE INDEX _article_states_by_first_sight ON _article_states (host, first_seen_at) WHERE first_seen_at IS NOT NULL;
CREATE INDEX _article_states_joined ON _article_states (joined_to_article_id) WHERE joined_to_article_id IS NOT NULL;
CREATE INDEX _article_states_turned ON _article_states (state_since_at)
    WHERE state <> 'new' AND first_seen_at IS NOT state_since_at;

DROP INDEX checks_by_time;

CREATE INDEX checks_by_time ON checks (checked_at, outcome);
