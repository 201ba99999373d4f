CREATE TABLE left_out_lines ( -- a line of an article's pages that was taken for no part of the article: kept, so that nothing is lost; the latest 200 an article
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article
    text TEXT NOT NULL, -- the line
    reason TEXT NOT NULL, -- why it was left out, in a short phrase
    first_seen_at TEXT NOT NULL, -- the first look that left it out
    last_seen_at TEXT NOT NULL, -- the latest one, to within a day
    PRIMARY KEY (article_id, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE _site_lines ( -- a paragraph that stands in many articles of one host and is taken for the site's own
    host TEXT NOT NULL, -- the host
    paragraph_id INTEGER NOT NULL REFERENCES paragraphs (paragraph_id), -- the paragraph
    article_count INTEGER NOT NULL CHECK (article_count > 0), -- articles that it stood in when it was learnt, of the latest that were asked
    learnt_at TEXT NOT NULL, -- the look that settled it
    last_seen_at TEXT NOT NULL, -- the latest look that met it, to within a day
    PRIMARY KEY (host, paragraph_id)
) STRICT, WITHOUT ROWID;
