CREATE TABLE _revisions_before AS SELECT * FROM revisions;

DROP TABLE revisions;

CREATE TABLE revisions ( -- one wording of an article, as first seen, or one page read anew: a fact, never altered
    revision_id INTEGER PRIMARY KEY, -- number of the revision in the whole database
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article
    number INTEGER NOT NULL CHECK (number > 0), -- number of the revision within its article; 1 is the first
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

INSERT INTO revisions
SELECT
    revision_id, article_id, number, first_seen_at, capture_id, headline, subheadline, byline, published_at, modified_at,
    language, canonical_url, content_sha256, word_count, extractor,
    nullif(first_value(revision_id) OVER (PARTITION BY article_id, content_sha256 ORDER BY number), revision_id),
    NULL
FROM _revisions_before;

DROP TABLE _revisions_before;

CREATE INDEX revisions_by_time ON revisions (first_seen_at);
CREATE INDEX revisions_by_capture ON revisions (capture_id);
CREATE INDEX revisions_by_content ON revisions (article_id, content_sha256);

CREATE TRIGGER revisions_are_facts BEFORE UPDATE ON revisions
BEGIN
    SELECT raise(ABORT, 'revisions are facts and never altered');
END;

UPDATE outcomes SET meaning = 'The address leads for good somewhere else: to the article''s new address, to another article, or to a front page.'
WHERE outcome = 'moved';
