CREATE TABLE _article_urls_before AS SELECT * FROM article_urls;

DROP TABLE article_urls;

CREATE TABLE article_urls ( -- every address that leads to an article
    article_url_id INTEGER PRIMARY KEY, -- number of the row
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article
    url TEXT NOT NULL, -- the address in canonical form
    how_learnt TEXT NOT NULL, -- added, imported, redirect, canonical, feed, sitemap or page; variant: taken for the same article because it says the same in another form
    first_seen_at TEXT NOT NULL, -- when it was learnt
    same_article_key TEXT NOT NULL, -- what the address says of the article, without what chooses only a form of the page: equal keys are taken for one article; no address
    UNIQUE (url, article_id)
) STRICT;

CREATE INDEX article_urls_by_article ON article_urls (article_id);
CREATE INDEX article_urls_by_key ON article_urls (same_article_key);
CREATE INDEX articles_by_source ON articles (source_id, added_at) WHERE source_id IS NOT NULL;
