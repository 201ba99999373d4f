CREATE TABLE outcomes ( -- what one check can come to; a closed list
    outcome TEXT PRIMARY KEY, -- the word used in checks.outcome
    meaning TEXT NOT NULL, -- what it says, in one sentence
    shows_article INTEGER NOT NULL CHECK (shows_article IN (0, 1)) -- 1: such a look showed the article's text; 0: it says nothing about the text
) STRICT;

CREATE TABLE change_kinds ( -- the kinds that a change can be of; a closed list
    kind TEXT PRIMARY KEY, -- the word used in changes.kind
    meaning TEXT NOT NULL -- what it says, in one sentence
) STRICT;

CREATE TABLE sources ( -- where new articles come from
    source_id INTEGER PRIMARY KEY, -- number of the source
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'sitemap', 'page')), -- feed, sitemap or page
    url TEXT NOT NULL, -- its address in canonical form
    added_at TEXT NOT NULL, -- when it was first known
    UNIQUE (kind, url)
) STRICT;

CREATE TABLE _source_states ( -- how a source stands now
    source_id INTEGER PRIMARY KEY REFERENCES sources (source_id), -- the source
    next_look_at TEXT NOT NULL, -- when it is due
    last_looked_at TEXT, -- its latest reading; NULL: not read yet
    etag TEXT, -- ETag of the last answer that could be read in full; NULL: none was sent
    last_modified TEXT, -- Last-Modified of that answer, in the server's own words; NULL: none was sent
    problem TEXT NOT NULL -- why the latest reading was not read in full; empty: it was
) STRICT;

CREATE INDEX _source_states_due ON _source_states (next_look_at);

CREATE TABLE articles ( -- a tracked article: a fact, never altered
    article_id INTEGER PRIMARY KEY, -- number of the article
    url TEXT NOT NULL UNIQUE, -- its address in canonical form: what identifies it
    host TEXT NOT NULL, -- the host in that address, with the port where it is not the usual one
    added_at TEXT NOT NULL, -- when tracking began
    source_id INTEGER REFERENCES sources (source_id) -- the source that named it; NULL: added by hand or imported
) STRICT;

CREATE INDEX articles_by_host ON articles (host);

CREATE TABLE article_urls ( -- every address that leads to an article
    article_url_id INTEGER PRIMARY KEY, -- number of the row
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article
    url TEXT NOT NULL, -- the address in canonical form
    how_learnt TEXT NOT NULL, -- added, redirect, canonical, feed, sitemap, page or import
    first_seen_at TEXT NOT NULL, -- when it was learnt
    UNIQUE (url, article_id)
) STRICT;

CREATE INDEX article_urls_by_article ON article_urls (article_id);

CREATE TABLE captures ( -- a page as the server sent it, kept for every look that gave a revision or a doubt: a fact, never altered
    capture_id INTEGER PRIMARY KEY, -- number of the capture
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article that was looked at
    captured_at TEXT NOT NULL, -- when the page was asked for
    url TEXT NOT NULL, -- where the page came from, after redirects
    http_status INTEGER NOT NULL, -- status of the answer
    headers_json TEXT NOT NULL, -- the answer's headers: an array of [name, value], in order, as sent
    body_bytes INTEGER NOT NULL, -- length of the page before compression
    body_sha256 TEXT NOT NULL, -- SHA-256 of the page before compression, in hex
    encoding TEXT NOT NULL CHECK (encoding IN ('zlib')), -- how body is compressed
    body BLOB NOT NULL -- the page, transfer coding undone, compressed
) STRICT;

CREATE INDEX captures_by_article ON captures (article_id, captured_at);

CREATE TABLE revisions ( -- one wording of an article, as first seen: a fact, never altered
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
    UNIQUE (article_id, number)
) STRICT;

CREATE INDEX revisions_by_time ON revisions (first_seen_at);
CREATE INDEX revisions_by_capture ON revisions (capture_id);

CREATE TABLE paragraphs ( -- a paragraph's text, stored once however many revisions hold it: a fact, never altered
    paragraph_id INTEGER PRIMARY KEY, -- number of the paragraph
    text_sha256 TEXT NOT NULL UNIQUE, -- SHA-256 of the text in UTF-8, in hex
    text TEXT NOT NULL -- the text as extracted, without line ends
) STRICT;

CREATE TABLE revision_paragraphs ( -- which paragraphs a revision consists of
    revision_id INTEGER NOT NULL REFERENCES revisions (revision_id), -- the revision
    position INTEGER NOT NULL CHECK (position > 0), -- place within the revision; 1 is the first
    paragraph_id INTEGER NOT NULL REFERENCES paragraphs (paragraph_id), -- the paragraph that stands there
    PRIMARY KEY (revision_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX revision_paragraphs_by_paragraph ON revision_paragraphs (paragraph_id);

CREATE TABLE checks ( -- one look at an article: a fact, never altered
    check_id INTEGER PRIMARY KEY, -- number of the check
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article that was looked at
    checked_at TEXT NOT NULL, -- when the page was asked for
    duration_ms INTEGER NOT NULL, -- how long the answer took, to the last byte read
    outcome TEXT NOT NULL REFERENCES outcomes (outcome), -- what the look came to
    reason TEXT NOT NULL, -- why, in a short sentence; empty: nothing to add
    http_status INTEGER, -- status of the last answer; NULL: no usable answer came
    final_url TEXT, -- where the last answer came from; NULL: from the address that was asked for
    redirects_json TEXT, -- the redirects on the way: an array of [status, address]; NULL: there were none
    failure TEXT, -- why no answer could be used, in a word such as deadline or tls; NULL: an answer came
    received_bytes INTEGER NOT NULL, -- bytes received over the wire, as far as known
    extractor TEXT, -- name and version of what read the page; NULL: nothing was extracted
    revision_id INTEGER REFERENCES revisions (revision_id), -- the revision that this look showed; NULL: it showed no revision
    capture_id INTEGER REFERENCES captures (capture_id) -- the page as kept; NULL: not kept
) STRICT;

CREATE INDEX checks_by_article ON checks (article_id, checked_at);
CREATE INDEX checks_by_time ON checks (checked_at);

CREATE TABLE diffs ( -- what lies between the bodies of two revisions: a conclusion, which can be drawn again from the facts
    diff_id INTEGER PRIMARY KEY, -- number of the diff
    from_revision_id INTEGER NOT NULL REFERENCES revisions (revision_id), -- the older revision
    to_revision_id INTEGER NOT NULL REFERENCES revisions (revision_id), -- the newer revision
    engine TEXT NOT NULL, -- name and version of what drew this conclusion
    coarse TEXT, -- why a bound made the diff cruder than usual; NULL: no bound was hit
    hunk_count INTEGER NOT NULL, -- places where the bodies differ
    change_count INTEGER NOT NULL, -- rows in changes, all fields together
    delta TEXT NOT NULL, -- script from the older body to the newer one in diff-match-patch's delta format
    hunks_json TEXT NOT NULL, -- the same script: an array of [old_start, old_end, new_start, new_end] in code points, half-open
    moves_json TEXT NOT NULL, -- moved blocks: an array of [old_start, old_end, new_start, new_end, [hunks inside the block]]
    UNIQUE (to_revision_id, from_revision_id)
) STRICT;

CREATE INDEX diffs_by_older_revision ON diffs (from_revision_id);

CREATE TABLE changes ( -- one change between two revisions, with its kind: a conclusion, which can be drawn again from the facts
    change_id INTEGER PRIMARY KEY, -- number of the change
    diff_id INTEGER NOT NULL REFERENCES diffs (diff_id), -- the diff that it belongs to
    field TEXT NOT NULL CHECK (field IN ('headline', 'subheadline', 'byline', 'published_at', 'modified_at', 'body')), -- the part of the article that changed
    kind TEXT NOT NULL REFERENCES change_kinds (kind), -- what kind of change it is
    operation TEXT NOT NULL CHECK (operation IN ('insert', 'delete', 'replace', 'move')), -- insert, delete, replace or move
    before TEXT NOT NULL, -- what stood there; empty: nothing
    after TEXT NOT NULL, -- what stands there now; empty: nothing
    old_start INTEGER NOT NULL, -- where before begins in the older text of the field, in code points
    old_end INTEGER NOT NULL, -- where before ends, in code points
    new_start INTEGER NOT NULL, -- where after begins in the newer text of the field, in code points
    new_end INTEGER NOT NULL, -- where after ends, in code points
    sentence_before TEXT NOT NULL, -- the older sentence around it; empty: none
    sentence_after TEXT NOT NULL, -- the newer sentence around it; empty: none
    in_quotation INTEGER NOT NULL CHECK (in_quotation IN (0, 1)), -- 1: inside a quotation
    in_attribution INTEGER NOT NULL CHECK (in_attribution IN (0, 1)), -- 1: in the words that say who is quoted
    move_id INTEGER, -- changes of one moved block share it, counted from 1 within the diff; NULL: not in a moved block
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1), -- how sure the kind is, from 0 to 1
    reasons_json TEXT NOT NULL -- why this kind: an array of short phrases
) STRICT;

CREATE INDEX changes_by_diff ON changes (diff_id);
CREATE INDEX changes_by_kind ON changes (kind, diff_id);

CREATE TABLE inconsistencies ( -- a name that the body of one revision spells in two ways: a conclusion, which can be drawn again from the facts
    inconsistency_id INTEGER PRIMARY KEY, -- number of the inconsistency
    revision_id INTEGER NOT NULL REFERENCES revisions (revision_id), -- the revision
    engine TEXT NOT NULL, -- name and version of what drew this conclusion
    doubtful TEXT NOT NULL, -- the spelling that is probably the slip
    likely TEXT NOT NULL, -- the other spelling
    doubtful_count INTEGER NOT NULL CHECK (doubtful_count > 0), -- places of the doubtful spelling in the body
    likely_count INTEGER NOT NULL CHECK (likely_count > 0), -- places of the likely spelling in the body
    doubtful_start INTEGER NOT NULL, -- where the doubtful spelling first begins in the body, in code points
    doubtful_end INTEGER NOT NULL, -- where it ends there, in code points
    sentence TEXT NOT NULL, -- the sentence around it
    reasons_json TEXT NOT NULL -- why the one is doubted: an array of short phrases
) STRICT;

CREATE INDEX inconsistencies_by_revision ON inconsistencies (revision_id);

CREATE TABLE _article_states ( -- how an article stands now: kept up to date by the program, derived from the tables above
    article_id INTEGER PRIMARY KEY REFERENCES articles (article_id), -- the article
    host TEXT NOT NULL, -- articles.host, repeated so that the queue needs one index only
    state TEXT NOT NULL, -- new, live, gone, moved, blocked, paywalled, unreadable or failing
    state_since_at TEXT NOT NULL, -- the first check of this state, or when tracking began
    next_check_at TEXT, -- when it is due; NULL: not looked at any more
    etag TEXT, -- ETag of the last page that showed the article; NULL: none was sent
    last_modified TEXT, -- Last-Modified of that page, in the server's own words; NULL: none was sent
    page_sha256 TEXT, -- fingerprint of that page; NULL: no page showed the article yet
    suspect_sha256 TEXT, -- content_sha256 of an implausible change that waits for confirmation; NULL: none waits
    failures_in_row INTEGER NOT NULL, -- looks in a row that showed nothing, up to now
    latest_revision_id INTEGER REFERENCES revisions (revision_id), -- the newest revision; NULL: none yet
    revision_count INTEGER NOT NULL, -- rows in revisions
    change_count INTEGER NOT NULL, -- rows in changes
    first_seen_at TEXT, -- when its first revision was seen; NULL: none yet
    last_checked_at TEXT, -- its latest check; NULL: not looked at yet
    last_success_at TEXT -- its latest check that showed the article; NULL: none yet
) STRICT;

CREATE INDEX _article_states_due ON _article_states (next_check_at, host) WHERE next_check_at IS NOT NULL;
CREATE INDEX _article_states_by_state ON _article_states (state);
CREATE INDEX _article_states_in_trouble ON _article_states (host)
    WHERE state IN ('blocked', 'paywalled', 'unreadable', 'failing');
CREATE INDEX _article_states_by_latest_revision ON _article_states (latest_revision_id) WHERE latest_revision_id IS NOT NULL;

CREATE TABLE _totals ( -- rows in the large tables, kept up to date by the program: counting millions takes seconds
    total_id INTEGER PRIMARY KEY CHECK (total_id = 1), -- always 1: there is one row
    article_count INTEGER NOT NULL, -- rows in articles
    check_count INTEGER NOT NULL, -- rows in checks
    revision_count INTEGER NOT NULL, -- rows in revisions
    change_count INTEGER NOT NULL -- rows in changes
) STRICT;

INSERT INTO _totals VALUES (1, 0, 0, 0, 0);

INSERT INTO outcomes (outcome, meaning, shows_article) VALUES
    ('first_seen', 'The article was seen for the first time.', 1),
    ('changed', 'The article differs from its latest revision.', 1),
    ('reverted', 'The article changed back to a revision that was seen before.', 1),
    ('unchanged', 'The page was read and the article is as before.', 1),
    ('not_modified', 'The server said that the page is as before.', 1),
    ('gone', 'The article is not there any more.', 0),
    ('moved', 'The address leads for good to another article or to a front page.', 0),
    ('blocked', 'The site did not let us look.', 0),
    ('paywalled', 'The page shows a part of the article only and asks for payment or consent.', 0),
    ('unreadable', 'A page came, but no trustworthy article could be found in it.', 0),
    ('suspect', 'The change is implausible and waits to be confirmed by another look.', 0),
    ('failed', 'No usable answer came.', 0);

INSERT INTO change_kinds (kind, meaning) VALUES
    ('spelling', 'A misspelt word set right, or broken.'),
    ('variant', 'Another accepted form of the same word.'),
    ('punctuation', 'Punctuation only.'),
    ('capitalisation', 'Capital or small letters only.'),
    ('spacing', 'Spaces only.'),
    ('number', 'A number, quantity, percentage or amount.'),
    ('date', 'A date, weekday or time of day.'),
    ('name', 'A person, place or organisation replaced.'),
    ('negation', 'A not, no or never put in or taken out.'),
    ('attribution', 'How something is attributed or hedged, such as said, claimed, allegedly.'),
    ('wording', 'Other words inside a kept sentence.'),
    ('sentence_added', 'A sentence put in.'),
    ('sentence_removed', 'A sentence taken out.'),
    ('sentence_rewritten', 'A sentence replaced by another that says it otherwise.'),
    ('sentence_split', 'One sentence made into several.'),
    ('sentence_merged', 'Several sentences made into one.'),
    ('paragraph_added', 'A paragraph put in.'),
    ('paragraph_removed', 'A paragraph taken out.'),
    ('moved', 'A block that stands elsewhere now.'),
    ('notice_added', 'A correction, clarification, update or note of the editor put in.'),
    ('notice_removed', 'Such a notice taken out.'),
    ('notice_changed', 'Such a notice reworded.');

CREATE TRIGGER articles_are_facts BEFORE UPDATE ON articles
BEGIN
    SELECT raise(ABORT, 'articles are facts and never altered');
END;

CREATE TRIGGER checks_are_facts BEFORE UPDATE ON checks
BEGIN
    SELECT raise(ABORT, 'checks are facts and never altered');
END;

CREATE TRIGGER captures_are_facts BEFORE UPDATE ON captures
BEGIN
    SELECT raise(ABORT, 'captures are facts and never altered');
END;

CREATE TRIGGER revisions_are_facts BEFORE UPDATE ON revisions
BEGIN
    SELECT raise(ABORT, 'revisions are facts and never altered');
END;

CREATE TRIGGER paragraphs_are_facts BEFORE UPDATE ON paragraphs
BEGIN
    SELECT raise(ABORT, 'paragraphs are facts and never altered');
END;

CREATE TRIGGER revision_paragraphs_are_facts BEFORE UPDATE ON revision_paragraphs
BEGIN
    SELECT raise(ABORT, 'revision_paragraphs are facts and never altered');
END;
