CREATE TABLE _captures_before AS SELECT * FROM captures;

DROP TABLE captures;

CREATE TABLE captures ( -- a page as the server sent it, kept for every look that gave a revision or a doubt: a fact, never altered; `tracker show URL --raw` prints the page itself, which lies compressed in _frames
    capture_id INTEGER PRIMARY KEY, -- number of the capture
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article that was looked at
    captured_at TEXT NOT NULL, -- when the page was asked for
    url TEXT NOT NULL, -- where the page came from, after redirects
    http_status INTEGER NOT NULL, -- status of the answer
    content_type TEXT, -- what the answer says of the page's form, such as text/html; NULL: it does not say
    headers_sha256 TEXT NOT NULL, -- SHA-256 of the answer's headers, written as a JSON array of [name, value] in UTF-8, in hex
    body_bytes INTEGER NOT NULL, -- length of the page, transfer coding undone
    body_sha256 TEXT NOT NULL -- SHA-256 of the page, in hex
) STRICT;

CREATE INDEX captures_by_article ON captures (article_id, captured_at);
CREATE INDEX captures_by_time ON captures (captured_at);

CREATE TRIGGER captures_are_facts BEFORE UPDATE ON captures
BEGIN
    SELECT raise(ABORT, 'captures are facts and never altered');
END;

CREATE TABLE _frame_keys ( -- a page that many frames are compressed against, because the pages of a host, and those of an article, have much in common
    key_id INTEGER PRIMARY KEY AUTOINCREMENT, -- number of the key; never used again
    host TEXT NOT NULL, -- the host of the page
    article_id INTEGER REFERENCES articles (article_id), -- the article for whose pages it is; NULL: for those of the whole host
    behind_key_id INTEGER REFERENCES _frame_keys (key_id), -- the key of the host that this one is compressed against itself; NULL: none
    plain_bytes INTEGER NOT NULL, -- length before compression
    plain_sha256 TEXT NOT NULL, -- SHA-256 before compression, in hex
    packed_bytes INTEGER NOT NULL, -- length of body
    encoding TEXT NOT NULL CHECK (encoding IN ('zstd')), -- how body is compressed: one Zstandard frame
    body BLOB NOT NULL -- the page, or its first part, compressed
) STRICT;

CREATE INDEX _frame_keys_by_host ON _frame_keys (host, article_id, packed_bytes);
CREATE INDEX _frame_keys_by_article ON _frame_keys (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX _frame_keys_behind ON _frame_keys (behind_key_id) WHERE behind_key_id IS NOT NULL;

CREATE TABLE _frames ( -- pages with their headers, compressed together: those of one article, else of one host
    frame_id INTEGER PRIMARY KEY, -- number of the frame; used again when the frame is gone
    host TEXT NOT NULL, -- the host of the articles
    article_id INTEGER REFERENCES articles (article_id), -- the article whose pages these are; NULL: they are of several articles
    last_captured_at TEXT NOT NULL, -- when the newest page in it was asked for
    is_sealed INTEGER NOT NULL CHECK (is_sealed IN (0, 1)), -- 0: one page, as it came; 1: packed in the background, with others where there are some
    capture_count INTEGER NOT NULL CHECK (capture_count > 0), -- pages in it
    plain_bytes INTEGER NOT NULL, -- length before compression
    packed_bytes INTEGER NOT NULL, -- length of body
    key_id INTEGER REFERENCES _frame_keys (key_id), -- the key that it is compressed against, as what is called a prefix; NULL: compressed on its own
    encoding TEXT NOT NULL CHECK (encoding IN ('zstd')), -- how body is compressed: one Zstandard frame
    body BLOB NOT NULL -- for page after page its headers as JSON in UTF-8 and then the page, compressed
) STRICT;

CREATE INDEX _frames_loose ON _frames (host, article_id, last_captured_at, plain_bytes, key_id, is_sealed) WHERE is_sealed = 0;
CREATE INDEX _frames_without_key ON _frames (host, plain_bytes) WHERE is_sealed = 0 AND key_id IS NULL;
CREATE INDEX _frames_by_key ON _frames (key_id, packed_bytes);

CREATE TABLE _capture_places ( -- where a page lies
    capture_id INTEGER PRIMARY KEY REFERENCES captures (capture_id), -- the capture
    frame_id INTEGER REFERENCES _frames (frame_id), -- the frame that holds its headers and page; NULL: dropped, as the configuration asks
    start INTEGER NOT NULL, -- where its headers begin in the frame before compression, in bytes; the page follows them
    headers_bytes INTEGER NOT NULL, -- length of its headers as JSON in UTF-8
    dropped_at TEXT, -- when headers and page were dropped, as the configuration asks; NULL: they are kept
    CHECK ((frame_id IS NULL) = (dropped_at IS NOT NULL))
) STRICT;

CREATE INDEX _capture_places_by_frame ON _capture_places (frame_id, start) WHERE frame_id IS NOT NULL;
