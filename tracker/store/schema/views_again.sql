DROP VIEW articles_status;
DROP VIEW revisions_text;
DROP VIEW changes_detail;
DROP VIEW checks_daily;

CREATE VIEW articles_status AS -- one row an article: how it stands now
SELECT
    articles.article_id AS article_id, -- number of the article
    articles.url AS url, -- its address in canonical form
    articles.host AS host, -- the host in that address
    revisions.headline AS headline, -- headline of the latest revision; NULL: none is known
    states.state AS state, -- new, live, gone, moved, blocked, paywalled, unreadable, failing or live_page
    states.revision_count AS revision_count, -- revisions recorded, pages that were only read anew included
    states.change_count AS change_count, -- changes recorded
    states.first_seen_at AS first_seen_at, -- when the first revision was seen; NULL: not seen yet
    states.last_checked_at AS last_checked_at, -- the latest look; NULL: not looked at yet
    iif(states.revision_count > 1, revisions.first_seen_at, NULL) AS last_changed_at, -- when the latest revision was first seen; NULL: no second revision yet
    states.next_check_at AS next_check_at, -- when the next look is due; NULL: not looked at any more
    states.state_since_at AS state_since_at, -- the first check of this state, or when tracking began
    articles.added_at AS added_at, -- when tracking began
    states.failures_in_row AS failures_in_row, -- looks in a row that showed nothing, up to now
    states.joined_to_article_id AS joined_to_article_id, -- the article that goes on with this one's history and is looked at in its place; NULL: it stands alone
    states.follow_until_at AS follow_until_at -- it is not looked at after that, as the source that named it asks; NULL: no end is set
FROM articles
JOIN _article_states AS states ON states.article_id = articles.article_id
LEFT JOIN revisions ON revisions.revision_id = states.latest_revision_id;

CREATE VIEW revisions_text AS -- one row a revision: its whole text
SELECT
    revisions.revision_id AS revision_id, -- number of the revision in the whole database
    revisions.article_id AS article_id, -- number of the article
    articles.url AS url, -- the article's address
    revisions.number AS number, -- number of the revision within its article; 1 is the first
    revisions.first_seen_at AS first_seen_at, -- the first look that showed it
    revisions.headline AS headline, -- the headline; NULL: the page has none
    revisions.subheadline AS subheadline, -- the line below the headline; NULL: the page has none
    revisions.byline AS byline, -- the author line; NULL: the page has none
    revisions.published_at AS published_at, -- publication time as the page states it; NULL: it states none
    coalesce((
        SELECT group_concat(text, char(10, 10)) FROM (
            SELECT paragraphs.text AS text
            FROM revision_paragraphs
            JOIN paragraphs ON paragraphs.paragraph_id = revision_paragraphs.paragraph_id
            WHERE revision_paragraphs.revision_id = revisions.revision_id
            ORDER BY revision_paragraphs.position
        )
    ), '') AS body_text, -- the paragraphs in order, parted by two line ends; empty: the body is empty
    revisions.word_count AS word_count, -- words in the body
    articles.host AS host, -- the article's host
    revisions.modified_at AS modified_at, -- time of the last edit as the page states it; NULL: it states none
    revisions.language AS language, -- ISO 639-1 code as the page declares it; NULL: it declares none
    revisions.content_sha256 AS content_sha256, -- equal for two revisions that say the same
    same.number AS same_as_number, -- number of the article's first revision that says exactly the same; NULL: this one does
    reread.number AS reread_of_number, -- number of the revision whose page was only read anew, because our reading changed: no edit; NULL: a page of its own
    revisions.extractor AS extractor, -- name and version of what read the page
    revisions.capture_id AS capture_id -- number of the page it was read from, in captures
FROM revisions
JOIN articles ON articles.article_id = revisions.article_id
LEFT JOIN revisions AS same ON same.revision_id = revisions.same_as_revision_id
LEFT JOIN revisions AS reread ON reread.revision_id = revisions.reread_of_revision_id;

CREATE VIEW changes_detail AS -- one row a change: what, where, and between which two looks
SELECT
    changes.change_id AS change_id, -- number of the change
    articles.article_id AS article_id, -- number of the article
    articles.url AS url, -- the article's address
    articles.host AS host, -- the article's host
    newer.headline AS headline, -- headline of the newer revision; NULL: the page has none
    older.number AS from_number, -- number of the older revision within the article
    newer.number AS to_number, -- number of the newer revision within the article
    coalesce((
        SELECT max(checks.checked_at) FROM checks
        WHERE checks.article_id = newer.article_id
            AND checks.checked_at >= older.first_seen_at
            AND checks.checked_at < newer.first_seen_at
            AND checks.outcome IN ('first_seen', 'changed', 'reverted', 'unchanged', 'not_modified')
    ), older.first_seen_at) AS changed_after, -- the last look that still showed the older text
    newer.first_seen_at AS changed_before, -- the first look that showed the newer text
    changes.field AS field, -- headline, subheadline, byline, published_at, modified_at or body
    changes.kind AS kind, -- what kind of change it is, see change_kinds
    changes.operation AS operation, -- insert, delete, replace or move
    changes.before AS before, -- what stood there; empty: nothing
    changes.after AS after, -- what stands there now; empty: nothing
    changes.sentence_before AS sentence_before, -- the older sentence around it; empty: none
    changes.sentence_after AS sentence_after, -- the newer sentence around it; empty: none
    changes.in_quotation AS in_quotation, -- 1: inside a quotation
    changes.in_attribution AS in_attribution, -- 1: in the words that say who is quoted
    changes.confidence AS confidence, -- how sure the kind is, from 0 to 1
    changes.reasons_json AS reasons_json, -- why this kind: an array of short phrases
    changes.old_start AS old_start, -- where before begins in the older text of the field, in code points
    changes.old_end AS old_end, -- where before ends, in code points
    changes.new_start AS new_start, -- where after begins in the newer text of the field, in code points
    changes.new_end AS new_end, -- where after ends, in code points
    changes.move_id AS move_id, -- changes of one moved block share it within two revisions; NULL: not in a moved block
    diffs.engine AS engine, -- name and version of what drew this conclusion
    older.same_as_revision_id IS NOT NULL AND newer.same_as_revision_id IS NOT NULL AS is_flap -- 1: the page only went from one wording that was seen before to another
FROM changes
JOIN diffs ON diffs.diff_id = changes.diff_id
JOIN revisions AS newer ON newer.revision_id = diffs.to_revision_id
JOIN revisions AS older ON older.revision_id = diffs.from_revision_id
JOIN articles ON articles.article_id = newer.article_id;

CREATE VIEW checks_daily AS -- one row a host and day: how looking went
WITH ranked AS (
    SELECT
        articles.host,
        substr(checks.checked_at, 1, 10) AS day,
        checks.outcome,
        checks.received_bytes,
        checks.duration_ms,
        row_number() OVER (PARTITION BY articles.host, substr(checks.checked_at, 1, 10) ORDER BY checks.duration_ms) AS rank,
        count(*) OVER (PARTITION BY articles.host, substr(checks.checked_at, 1, 10)) AS size
    FROM checks
    JOIN articles ON articles.article_id = checks.article_id
)
SELECT
    host AS host, -- the host that was looked at
    day AS day, -- the day in UTC, such as 2026-11-23
    count(*) AS checks, -- looks on that day; the sum of the outcomes below
    sum(outcome IN ('changed', 'reverted')) AS changed, -- looks that showed a change
    sum(outcome IN ('unchanged', 'not_modified')) AS unchanged, -- looks that showed the article as before
    sum(outcome = 'failed') AS failed, -- looks without a usable answer
    sum(outcome = 'blocked') AS blocked, -- looks that the site did not let happen
    sum(received_bytes) AS bytes, -- bytes received
    avg(duration_ms) FILTER (WHERE rank IN ((size + 1) / 2, (size + 2) / 2)) AS median_ms, -- the middle one of the durations
    sum(outcome = 'first_seen') AS first_seen, -- looks that showed an article for the first time
    sum(outcome = 'gone') AS gone, -- looks that found no article any more
    sum(outcome = 'moved') AS moved, -- looks that were sent elsewhere for good
    sum(outcome = 'paywalled') AS paywalled, -- looks that met a paywall or a consent wall
    sum(outcome = 'unreadable') AS unreadable, -- looks that found no trustworthy article in the page
    sum(outcome = 'suspect') AS suspect -- looks that found an implausible change
FROM ranked
GROUP BY host, day;
