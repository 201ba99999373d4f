CREATE TABLE _paragraphs_before AS SELECT * FROM paragraphs;

DROP TABLE paragraphs;

CREATE TABLE paragraphs ( -- a paragraph's text, stored once however many revisions hold it: a fact, never altered
    paragraph_id INTEGER PRIMARY KEY, -- number of the paragraph
    text_key INTEGER NOT NULL, -- first four bytes of the SHA-256 of the text in UTF-8, as a signed number: finds equal texts; two texts may share one
    text TEXT NOT NULL -- the text as extracted, without line ends
) STRICT;

INSERT INTO paragraphs
SELECT paragraph_id, text_key_of(text_sha256), text FROM _paragraphs_before ORDER BY paragraph_id;

DROP TABLE _paragraphs_before;

CREATE INDEX paragraphs_by_key ON paragraphs (text_key);

CREATE TRIGGER paragraphs_are_facts BEFORE UPDATE ON paragraphs
BEGIN
    SELECT raise(ABORT, 'paragraphs are facts and never altered');
END;

CREATE TABLE paragraph_articles ( -- which articles hold a paragraph, or held it in some revision: from a paragraph to everybody who printed it
    paragraph_id INTEGER NOT NULL REFERENCES paragraphs (paragraph_id), -- the paragraph
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- an article with a revision that holds it
    PRIMARY KEY (paragraph_id, article_id)
) STRICT, WITHOUT ROWID;

INSERT INTO paragraph_articles
SELECT DISTINCT revision_paragraphs.paragraph_id, revisions.article_id
FROM revision_paragraphs
JOIN revisions ON revisions.revision_id = revision_paragraphs.revision_id
ORDER BY revision_paragraphs.paragraph_id, revisions.article_id;

DROP INDEX revision_paragraphs_by_paragraph;

CREATE VIRTUAL TABLE _paragraph_words USING fts5( -- which paragraphs hold a word; its rowid is paragraph_id. In plain SQL: WHERE _paragraph_words MATCH 'bridge toll'
    words, -- small letters without accents, each once; where words have no spaces between them, every two characters side by side
    content = '', detail = none,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co Cn'"
);

CREATE VIRTUAL TABLE _headline_words USING fts5( -- which headlines and subheadlines hold a word, where they differ from those of the revision before; its rowid is revision_id
    words, -- as in _paragraph_words
    content = '', detail = none,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co Cn'"
);
