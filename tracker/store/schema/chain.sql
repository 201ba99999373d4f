CREATE TABLE _checks_before AS SELECT * FROM checks ORDER BY check_id;

DROP TABLE checks;

CREATE TABLE checks ( -- one look at an article, or a run of like looks of one month that were folded into one row: a fact, never altered
    check_id INTEGER PRIMARY KEY, -- number of the check; of folded looks that of the last
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article that was looked at
    checked_at TEXT NOT NULL, -- when the page was asked for; of folded looks the last time
    duration_ms INTEGER NOT NULL, -- how long the answer took, to the last byte read; of folded looks the mean
    outcome TEXT NOT NULL REFERENCES outcomes (outcome), -- what the look came to
    reason TEXT NOT NULL, -- why, in a short sentence; empty: nothing to add
    http_status INTEGER, -- status of the last answer; NULL: no usable answer came
    final_url TEXT, -- where the last answer came from; NULL: from the address that was asked for
    redirects_json TEXT, -- the redirects on the way: an array of [status, address]; NULL: there were none
    failure TEXT, -- why no answer could be used, in a word such as deadline or tls; NULL: an answer came
    received_bytes INTEGER NOT NULL, -- bytes received over the wire, as far as known; of folded looks the sum
    extractor TEXT, -- name and version of what read the page, of folded looks what last read it; NULL: nothing was extracted
    revision_id INTEGER REFERENCES revisions (revision_id), -- the revision that this look showed; NULL: it showed no revision
    capture_id INTEGER REFERENCES captures (capture_id), -- the page as kept; NULL: not kept
    origin TEXT, -- where an imported look comes from, such as newsdiffs or warc; NULL: we looked ourselves
    first_checked_at TEXT, -- of folded looks the first time; NULL: a single look
    look_count INTEGER NOT NULL CHECK (look_count > 0), -- how many looks the row stands for; 1: a single look
    link_sha256 TEXT NOT NULL, -- SHA-256 of the look's entry in the chain of its article, in hex; of folded looks that of the last
    CHECK ((first_checked_at IS NULL) = (look_count = 1))
) STRICT;

CREATE TABLE _chain_heads ( -- where the chain of an article begins and ends: it has a row once the article was looked at
    article_id INTEGER PRIMARY KEY REFERENCES articles (article_id), -- the article
    start_sha256 TEXT NOT NULL, -- SHA-256 of the entry that the chain begins with, which is the article itself, in hex
    link_sha256 TEXT NOT NULL -- SHA-256 of the entry that the chain ends with, in hex
) STRICT;

CREATE TABLE _chain_folds ( -- an entry of a chain that says which looks were folded: a fact, never altered
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article
    fold_number INTEGER NOT NULL CHECK (fold_number > 0), -- number of the entry among those of the article that tell of folds, in the order of the chain
    after_check_id INTEGER NOT NULL, -- the entry stands in the chain after that of this check, and before that of the next
    check_id INTEGER NOT NULL, -- the row of checks that the looks were folded into
    before_sha256 TEXT NOT NULL, -- SHA-256 of the entry before that of the first folded look, in hex
    last_sha256 TEXT NOT NULL, -- SHA-256 of the entry of the last folded look, in hex
    link_sha256 TEXT NOT NULL, -- SHA-256 of this entry, in hex
    PRIMARY KEY (article_id, fold_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE _capture_digests ( -- tells which row it was, where an entry of a chain does not have its SHA-256
    capture_id INTEGER PRIMARY KEY REFERENCES captures (capture_id), -- the capture
    lines_sha256 TEXT NOT NULL -- SHA-256 of the lines that tell of the capture in the entry of its look, in hex
) STRICT;

CREATE TABLE _revision_digests ( -- the same for revisions, and which entry tells of them
    revision_id INTEGER PRIMARY KEY REFERENCES revisions (revision_id), -- the revision
    check_id INTEGER NOT NULL, -- the check whose entry tells of it: the look that gave the revision
    lines_sha256 TEXT NOT NULL -- SHA-256 of the lines that tell of the revision there, in hex
) STRICT;

CREATE INDEX _revision_digests_by_check ON _revision_digests (check_id);

CREATE TABLE _days ( -- a row of checks_daily for a host and a day that is over: kept, so that folding looks loses nothing
    host TEXT NOT NULL, -- the host that was looked at
    day TEXT NOT NULL, -- the day in UTC, such as 2026-11-23
    checks INTEGER NOT NULL, -- looks on that day; the sum of the outcomes below
    changed INTEGER NOT NULL, -- looks that showed a change
    unchanged INTEGER NOT NULL, -- looks that showed the article as before
    failed INTEGER NOT NULL, -- looks without a usable answer
    blocked INTEGER NOT NULL, -- looks that the site did not let happen
    bytes INTEGER NOT NULL, -- bytes received
    median_ms REAL, -- the middle one of the durations of our own looks; NULL: all looks of the day were imported
    first_seen INTEGER NOT NULL, -- looks that showed an article for the first time
    gone INTEGER NOT NULL, -- looks that found no article any more
    moved INTEGER NOT NULL, -- looks that were sent elsewhere for good
    paywalled INTEGER NOT NULL, -- looks that met a paywall or a consent wall
    unreadable INTEGER NOT NULL, -- looks that found no trustworthy article in the page
    suspect INTEGER NOT NULL, -- looks that found an implausible change
    PRIMARY KEY (host, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE _closing ( -- how far the past is closed
    closing_id INTEGER PRIMARY KEY CHECK (closing_id = 1), -- always 1: there is one row
    open_from_day TEXT NOT NULL, -- the first day that is not in _days; looks from then on are counted from checks. Empty: no day is in _days yet
    folded_to_month TEXT NOT NULL, -- the first month, such as 2026-11, whose looks are not all folded; empty: none are
    folded_article_id INTEGER NOT NULL -- in that month, the articles up to this one are done; 0: none is
) STRICT;

INSERT INTO _closing VALUES (1, '', '', 0);

CREATE TABLE _totals_before AS SELECT * FROM _totals;

DROP TABLE _totals;

CREATE TABLE _totals ( -- how much there is, kept up to date by the program: counting millions of rows takes seconds
    total_id INTEGER PRIMARY KEY CHECK (total_id = 1), -- always 1: there is one row
    article_count INTEGER NOT NULL, -- rows in articles
    check_count INTEGER NOT NULL, -- looks: the sum of checks.look_count
    revision_count INTEGER NOT NULL, -- rows in revisions
    change_count INTEGER NOT NULL -- rows in changes
) STRICT;

INSERT INTO _totals SELECT * FROM _totals_before;

DROP TABLE _totals_before;

CREATE TABLE _revisions_before AS SELECT * FROM revisions ORDER BY revision_id;

DROP TABLE revisions;

CREATE TABLE revisions ( -- one wording of an article, as first seen, or one page read anew: a fact, never altered
    revision_id INTEGER PRIMARY KEY, -- number of the revision in the whole database
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article
    number INTEGER CHECK (number > 0), -- place of the revision in its article's history; 1 is the first; moves when an imported look puts one before it. NULL: no place of its own, because an imported look showed the same text directly before it, or the looks on both sides show that the imported page was not the article's
    first_seen_at TEXT NOT NULL, -- the first look that showed it
    capture_id INTEGER NOT NULL REFERENCES captures (capture_id), -- the page it was read from
    headline TEXT, -- the headline; NULL: the page has none
    subheadline TEXT, -- the line below the headline; NULL: the page has none
    byline TEXT, -- the author line; NULL: the page has none
    published_at TEXT, -- publication time as the page states it; NULL: it states none
    modified_at TEXT, -- time of the last edit as the page states it; NULL: it states none
    language TEXT, -- ISO 639-1 code as the page declares it; NULL: it declares none
    canonical_url TEXT, -- address that the page declares as its own; NULL: it declares none
    content_sha256 TEXT NOT NULL, -- SHA-256 of headline, subheadline, byline, published_at and body text, each followed by U+001F, in hex
    word_count INTEGER NOT NULL, -- words in the body, parted by white space
    extractor TEXT NOT NULL, -- name and version of what read the page
    same_as_revision_id INTEGER REFERENCES revisions (revision_id), -- the first revision of the article that says exactly the same; NULL: this one does
    reread_of_revision_id INTEGER REFERENCES revisions (revision_id), -- the revision before it, whose page was only read anew because our reading changed: no edit; NULL: read from a page of its own
    UNIQUE (article_id, number)
) STRICT;

INSERT INTO revisions SELECT * FROM _revisions_before;

DROP TABLE _revisions_before;

CREATE INDEX revisions_by_time ON revisions (first_seen_at);
CREATE INDEX revisions_by_capture ON revisions (capture_id);
CREATE INDEX revisions_by_content ON revisions (article_id, content_sha256);

CREATE TRIGGER revisions_are_facts
BEFORE UPDATE OF
    revision_id, article_id, first_seen_at, capture_id, headline, subheadline, byline, published_at, modified_at,
    language, canonical_url, content_sha256, word_count, extractor, reread_of_revision_id
ON revisions
BEGIN
    SELECT raise(ABORT, 'revisions are facts and never altered, but for their numbers when an earlier one is found');
END;

CREATE TRIGGER _chain_folds_are_facts BEFORE UPDATE ON _chain_folds
BEGIN
    SELECT raise(ABORT, '_chain_folds are facts and never altered');
END;
