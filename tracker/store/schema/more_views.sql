DROP VIEW articles_status;
DROP VIEW revisions_text;
DROP VIEW changes_detail;
DROP VIEW checks_daily;

CREATE TABLE columns_help ( -- the codebook: what every table and view holds and what every column means, from the comments in the schema itself
    table_name TEXT NOT NULL, -- the table or view
    column_name TEXT NOT NULL, -- the column; empty: the table or view as a whole
    type TEXT NOT NULL, -- TEXT, INTEGER, REAL or BLOB in a table; in the row of a whole: table or view; empty: a view's column
    meaning TEXT NOT NULL, -- what it holds, the unit and what NULL means included
    PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;

CREATE INDEX _days_by_day ON _days (day);

CREATE TABLE _hours ( -- looks of days that are over by weekday and hour, added up: kept, so that folding looks loses nothing
    host TEXT NOT NULL, -- the host that was looked at
    weekday INTEGER NOT NULL, -- day of the week in UTC: 1 is Monday, 7 is Sunday
    hour INTEGER NOT NULL, -- hour of the day in UTC, from 0 to 23
    checks INTEGER NOT NULL, -- looks in that hour
    changed INTEGER NOT NULL, -- looks that showed a change
    first_seen INTEGER NOT NULL, -- looks that showed an article for the first time
    PRIMARY KEY (host, weekday, hour)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER _hours_are_added_up
AFTER UPDATE OF open_from_day ON _closing
WHEN new.open_from_day > old.open_from_day
BEGIN
    INSERT INTO _hours (host, weekday, hour, checks, changed, first_seen)
    SELECT
        articles.host,
        1 + (strftime('%w', checks.checked_at) + 6) % 7,
        CAST(substr(checks.checked_at, 12, 2) AS INTEGER),
        sum(checks.look_count),
        sum(checks.outcome IN ('changed', 'reverted')),
        sum(checks.outcome = 'first_seen')
    FROM checks
    JOIN articles ON articles.article_id = checks.article_id
    WHERE checks.checked_at >= old.open_from_day AND checks.checked_at < new.open_from_day
    GROUP BY 1, 2, 3
    ON CONFLICT (host, weekday, hour) DO UPDATE SET
        checks = checks + excluded.checks,
        changed = changed + excluded.changed,
        first_seen = first_seen + excluded.first_seen;
END;

CREATE TRIGGER _hours_of_late_looks
AFTER INSERT ON checks
WHEN new.look_count = 1 AND new.checked_at < (SELECT open_from_day FROM _closing)
BEGIN
    INSERT INTO _hours (host, weekday, hour, checks, changed, first_seen)
    SELECT
        articles.host,
        1 + (strftime('%w', new.checked_at) + 6) % 7,
        CAST(substr(new.checked_at, 12, 2) AS INTEGER),
        1,
        new.outcome IN ('changed', 'reverted'),
        new.outcome = 'first_seen'
    FROM articles WHERE articles.article_id = new.article_id
    ON CONFLICT (host, weekday, hour) DO UPDATE SET
        checks = checks + excluded.checks,
        changed = changed + excluded.changed,
        first_seen = first_seen + excluded.first_seen;
END;

CREATE INDEX checks_without_article ON checks (coalesce(first_checked_at, checked_at), article_id)
    WHERE outcome IN ('gone', 'moved', 'blocked', 'paywalled', 'unreadable', 'failed');

CREATE TABLE _change_times ( -- kinds of changes by the time of the revision that brought them: what lists of changes, the newest first, are looked up in
    host TEXT NOT NULL, -- the article's host
    first_seen_at TEXT NOT NULL, -- the first look that showed the revision
    revision_id INTEGER NOT NULL REFERENCES revisions (revision_id), -- the revision that brought it
    kind TEXT NOT NULL, -- changes.kind
    field TEXT NOT NULL, -- changes.field
    PRIMARY KEY (host, first_seen_at, revision_id, kind, field)
) STRICT, WITHOUT ROWID;

CREATE INDEX _change_times_by_kind ON _change_times (kind, field, first_seen_at, revision_id);

CREATE TRIGGER _change_times_grow
AFTER INSERT ON changes
BEGIN
    INSERT OR IGNORE INTO _change_times (host, first_seen_at, revision_id, kind, field)
    SELECT articles.host, revisions.first_seen_at, revisions.revision_id, new.kind, new.field
    FROM diffs
    JOIN revisions ON revisions.revision_id = diffs.to_revision_id
    JOIN articles ON articles.article_id = revisions.article_id
    WHERE diffs.diff_id = new.diff_id;
END;

CREATE TRIGGER _change_times_shrink
AFTER DELETE ON changes
WHEN NOT EXISTS (
    SELECT 1 FROM changes
    WHERE changes.kind = old.kind AND changes.diff_id = old.diff_id AND changes.field = old.field
)
BEGIN
    DELETE FROM _change_times
    WHERE (host, first_seen_at, revision_id, kind, field) IN (
        SELECT articles.host, revisions.first_seen_at, revisions.revision_id, old.kind, old.field
        FROM diffs
        JOIN revisions ON revisions.revision_id = diffs.to_revision_id
        JOIN articles ON articles.article_id = revisions.article_id
        WHERE diffs.diff_id = old.diff_id
    );
END;

INSERT INTO _change_times (host, first_seen_at, revision_id, kind, field)
SELECT DISTINCT articles.host, revisions.first_seen_at, revisions.revision_id, changes.kind, changes.field
FROM changes
JOIN diffs ON diffs.diff_id = changes.diff_id
JOIN revisions ON revisions.revision_id = diffs.to_revision_id
JOIN articles ON articles.article_id = revisions.article_id
ORDER BY 1, 2, 3, 4, 5;

CREATE INDEX _article_states_unusual ON _article_states (host, state) WHERE state <> 'live';

-- How the rows of large tables lie, told to SQLite beforehand: its own samples take every kind of change for a rare one,
-- and would then read all changes of a kind, of all years, for a question about a week. Only the proportions count.
ANALYZE outcomes;
DELETE FROM sqlite_stat1 WHERE tbl IN ('outcomes', 'revisions', 'diffs', 'changes');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('revisions', 'sqlite_autoindex_revisions_1', '1000000 3 1'),
    ('revisions', 'revisions_by_time', '1000000 2'),
    ('revisions', 'revisions_by_capture', '1000000 1'),
    ('revisions', 'revisions_by_content', '1000000 3 1'),
    ('diffs', 'sqlite_autoindex_diffs_1', '600000 1 1'),
    ('diffs', 'diffs_by_older_revision', '600000 1'),
    ('changes', 'changes_by_diff', '2000000 4'),
    ('changes', 'changes_by_kind', '2000000 100000 2');

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
    states.follow_until_at AS follow_until_at, -- it is not looked at after that, as the source that named it asks; NULL: no end is set
    states.last_success_at AS last_success_at, -- the latest look that showed the article; NULL: none yet
    sources.kind AS source_kind, -- feed, sitemap or page: what named the article first; NULL: added by hand or imported
    sources.url AS source_url, -- the address of that source; NULL: added by hand or imported
    revisions.published_at AS published_at, -- publication time as the latest revision states it; NULL: it states none
    revisions.word_count AS word_count -- words in the body of the latest revision; NULL: none is known
FROM articles
JOIN _article_states AS states ON states.article_id = articles.article_id
LEFT JOIN revisions ON revisions.revision_id = states.latest_revision_id
LEFT JOIN sources ON sources.source_id = articles.source_id;

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
LEFT JOIN revisions AS reread ON reread.revision_id = revisions.reread_of_revision_id
WHERE revisions.number IS NOT NULL;

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
    older.same_as_revision_id IS NOT NULL AND newer.same_as_revision_id IS NOT NULL AS is_flap, -- 1: the page only went from one wording that was seen before to another
    (SELECT same.number FROM revisions AS same WHERE same.revision_id = older.same_as_revision_id) AS from_same_as_number, -- number of the article's first revision that says exactly what the older one says; NULL: the older one does
    (SELECT same.number FROM revisions AS same WHERE same.revision_id = newer.same_as_revision_id) AS to_same_as_number, -- the same of the newer one: the change led back to that revision; NULL: it led to a new wording
    older.revision_id AS from_revision_id, -- number of the older revision in the whole database
    newer.revision_id AS to_revision_id -- number of the newer revision in the whole database
FROM changes
JOIN diffs ON diffs.diff_id = changes.diff_id
JOIN revisions AS newer ON newer.revision_id = diffs.to_revision_id
JOIN revisions AS older ON older.revision_id = diffs.from_revision_id
JOIN articles ON articles.article_id = newer.article_id;

-- That a notice is another change than the edit goes without saying; said, it lets SQLite ask for notices last, of the few
-- changes that are left then, and not of every revision.
CREATE VIEW silent_edits AS -- one row a change of a number, name, date, negation or quotation in headline, subheadline or body, to which no notice was added within a day; back and forth between two known wordings is left out
SELECT
    edits.change_id AS change_id, -- number of the change, as in changes_detail
    edits.article_id AS article_id, -- number of the article
    edits.url AS url, -- the article's address
    edits.host AS host, -- the article's host
    edits.headline AS headline, -- headline of the newer revision; NULL: the page has none
    edits.from_number AS from_number, -- number of the older revision within the article
    edits.to_number AS to_number, -- number of the newer revision within the article
    edits.changed_after AS changed_after, -- the last look that still showed the older text
    edits.changed_before AS changed_before, -- the first look that showed the newer text
    edits.field AS field, -- headline, subheadline or body
    edits.kind AS kind, -- number, name, date or negation; in a quotation also attribution, wording or sentence_rewritten
    edits.before AS before, -- what stood there; empty: nothing
    edits.after AS after, -- what stands there now; empty: nothing
    edits.sentence_before AS sentence_before, -- the older sentence around it; empty: none
    edits.sentence_after AS sentence_after, -- the newer sentence around it; empty: none
    edits.in_quotation AS in_quotation, -- 1: inside a quotation
    edits.confidence AS confidence, -- how sure the kind is, from 0 to 1
    coalesce((
        SELECT states.last_success_at FROM _article_states AS states WHERE states.article_id = edits.article_id
    ) >= strftime('%Y-%m-%dT%H:%M:%SZ', edits.changed_before, '+1 day'), 0) AS is_settled, -- 1: the article was still read a day later, and there was no notice; 0: a notice may have come that no look has seen
    (
        SELECT min(noticed.first_seen_at)
        FROM revisions AS noticed
        CROSS JOIN diffs ON diffs.to_revision_id = noticed.revision_id
        CROSS JOIN changes AS notices ON notices.diff_id = diffs.diff_id AND notices.kind IN ('notice_added', 'notice_changed')
        WHERE noticed.article_id = edits.article_id AND noticed.number > edits.to_number
            AND notices.change_id <> edits.change_id
    ) AS noticed_at -- the first look that showed a notice after all, more than a day later, whatever it speaks of; NULL: none did
FROM changes_detail AS edits
WHERE (
        edits.kind IN ('number', 'name', 'date', 'negation')
        OR edits.kind IN ('attribution', 'wording', 'sentence_rewritten') AND edits.in_quotation
    )
    AND edits.field IN ('headline', 'subheadline', 'body')
    AND NOT edits.is_flap
    AND NOT EXISTS (
        SELECT 1
        FROM revisions AS noticed
        CROSS JOIN diffs ON diffs.to_revision_id = noticed.revision_id
        CROSS JOIN changes AS notices ON notices.diff_id = diffs.diff_id AND notices.kind IN ('notice_added', 'notice_changed')
        WHERE noticed.article_id = edits.article_id AND noticed.number >= edits.to_number
            AND noticed.first_seen_at <= strftime('%Y-%m-%dT%H:%M:%SZ', edits.changed_before, '+1 day')
            AND notices.change_id <> edits.change_id
    );

CREATE VIEW headline_history AS -- one row for each time that an article took a headline, the first one included
SELECT
    articles.article_id AS article_id, -- number of the article
    articles.url AS url, -- the article's address
    articles.host AS host, -- the article's host
    shown.number AS number, -- number of the first revision that bears it
    shown.headline AS headline, -- the headline; NULL: the page has none
    previous.headline AS headline_before, -- the headline that it replaced; NULL: there was none, or this is the first
    shown.first_seen_at AS first_seen_at, -- the first look that showed it
    (
        SELECT later.first_seen_at
        FROM revisions AS later
        JOIN revisions AS before ON before.article_id = later.article_id AND before.number = later.number - 1
        WHERE later.article_id = shown.article_id AND later.number > shown.number
            AND later.reread_of_revision_id IS NULL AND later.headline IS NOT before.headline
        ORDER BY later.number LIMIT 1
    ) AS replaced_at, -- the first look that showed another one; NULL: it still stands
    EXISTS (
        SELECT 1 FROM revisions AS earlier
        WHERE earlier.article_id = shown.article_id AND earlier.number < shown.number
            AND earlier.headline IS shown.headline
    ) AS is_return -- 1: the article bore this very headline before
FROM revisions AS shown
JOIN articles ON articles.article_id = shown.article_id
LEFT JOIN revisions AS previous ON previous.article_id = shown.article_id AND previous.number = shown.number - 1
WHERE shown.reread_of_revision_id IS NULL AND shown.number IS NOT NULL
    AND (previous.revision_id IS NULL OR previous.headline IS NOT shown.headline);

CREATE VIEW corrections AS -- one row a notice that was added, with what it corrects where that can be told: the latest change at the same time or before whose old or new words it names, else the only one beside it
SELECT
    change_id AS change_id, -- number of the change that added the notice
    article_id AS article_id, -- number of the article
    url AS url, -- the article's address
    host AS host, -- the article's host
    headline AS headline, -- headline of the revision with the notice; NULL: the page has none
    to_number AS number, -- number of the first revision with the notice
    changed_after AS changed_after, -- the last look without the notice
    changed_before AS changed_before, -- the first look that showed the notice
    notice AS notice, -- its words
    notice_removed_at AS notice_removed_at, -- the first look without it again; NULL: it was not taken away as it was
    corrected_change_id AS corrected_change_id, -- number of the change that set right what the notice speaks of; NULL: it cannot be told
    kind AS kind, -- kind of that change; NULL: it cannot be told
    field AS field, -- where it is; NULL: it cannot be told
    before AS before, -- the error; NULL: it cannot be told
    after AS after, -- what it was corrected to; NULL: it cannot be told
    sentence_before AS sentence_before, -- the sentence with the error; NULL: it cannot be told
    corrected_at AS corrected_at, -- the first look that showed it corrected; NULL: it cannot be told
    error_first_seen_at AS error_first_seen_at, -- the first look that showed the sentence with the error; NULL: it cannot be told
    CAST(strftime('%s', corrected_at) AS INTEGER) - CAST(strftime('%s', error_first_seen_at) AS INTEGER) AS error_stood_s -- seconds between these two; NULL: it cannot be told
FROM (
    SELECT
        notices.change_id,
        notices.article_id,
        notices.url,
        notices.host,
        notices.headline,
        notices.to_number,
        notices.changed_after,
        notices.changed_before,
        notices.after AS notice,
        (
            SELECT gone.first_seen_at
            FROM revisions AS gone
            CROSS JOIN diffs ON diffs.to_revision_id = gone.revision_id
            CROSS JOIN changes AS taken ON taken.diff_id = diffs.diff_id AND taken.kind = 'notice_removed'
            WHERE gone.article_id = notices.article_id AND gone.number > notices.to_number
                AND taken.before = notices.after
            ORDER BY gone.number LIMIT 1
        ) AS notice_removed_at,
        errors.change_id AS corrected_change_id,
        errors.kind,
        errors.field,
        errors.before,
        errors.after,
        errors.sentence_before,
        corrected.first_seen_at AS corrected_at,
        (
            SELECT erring.first_seen_at FROM revisions AS erring
            WHERE erring.article_id = corrected.article_id AND erring.number < corrected.number
                AND CASE errors.field
                    WHEN 'headline' THEN instr(erring.headline, errors.sentence_before)
                    WHEN 'subheadline' THEN instr(erring.subheadline, errors.sentence_before)
                    ELSE EXISTS (
                        SELECT 1
                        FROM revision_paragraphs
                        CROSS JOIN paragraphs ON paragraphs.paragraph_id = revision_paragraphs.paragraph_id
                        WHERE revision_paragraphs.revision_id = erring.revision_id
                            AND instr(paragraphs.text, errors.sentence_before)
                    )
                END
            ORDER BY erring.number LIMIT 1
        ) AS error_first_seen_at
    FROM changes_detail AS notices
    LEFT JOIN changes AS errors ON errors.change_id = coalesce(
        (
            SELECT candidates.change_id
            FROM revisions AS seen
            CROSS JOIN diffs ON diffs.to_revision_id = seen.revision_id
            CROSS JOIN changes AS candidates ON candidates.diff_id = diffs.diff_id
            WHERE seen.article_id = notices.article_id AND seen.number <= notices.to_number
                AND candidates.kind IN ('spelling', 'number', 'date', 'name', 'negation', 'attribution', 'wording', 'sentence_rewritten')
                AND candidates.field IN ('headline', 'subheadline', 'body')
                AND candidates.before <> ''
                AND ' ' || notices.after || ' ' GLOB '*[^0-9A-Za-zÀ-ɏͰ-և]' || replace(replace(replace(candidates.before, '[', '[[]'), '*', '[*]'), '?', '[?]') || '[^0-9A-Za-zÀ-ɏͰ-և]*'
            ORDER BY seen.number DESC, candidates.change_id LIMIT 1
        ),
        (
            SELECT candidates.change_id
            FROM revisions AS seen
            CROSS JOIN diffs ON diffs.to_revision_id = seen.revision_id
            CROSS JOIN changes AS candidates ON candidates.diff_id = diffs.diff_id
            WHERE seen.article_id = notices.article_id AND seen.number <= notices.to_number
                AND candidates.kind IN ('spelling', 'number', 'date', 'name', 'negation', 'attribution', 'wording', 'sentence_rewritten')
                AND candidates.field IN ('headline', 'subheadline', 'body')
                AND candidates.after <> ''
                AND ' ' || notices.after || ' ' GLOB '*[^0-9A-Za-zÀ-ɏͰ-և]' || replace(replace(replace(candidates.after, '[', '[[]'), '*', '[*]'), '?', '[?]') || '[^0-9A-Za-zÀ-ɏͰ-և]*'
            ORDER BY seen.number DESC, candidates.change_id LIMIT 1
        ),
        (
            SELECT iif(count(DISTINCT beside.before || char(31) || beside.after) = 1, min(beside.change_id), NULL)
            FROM diffs
            CROSS JOIN changes AS beside ON beside.diff_id = diffs.diff_id
            WHERE diffs.to_revision_id = notices.to_revision_id
                AND beside.kind IN ('spelling', 'number', 'date', 'name', 'negation', 'attribution', 'wording', 'sentence_rewritten')
                AND beside.field IN ('headline', 'subheadline', 'body')
        )
    )
    LEFT JOIN diffs AS correcting ON correcting.diff_id = errors.diff_id
    LEFT JOIN revisions AS corrected ON corrected.revision_id = correcting.to_revision_id
    WHERE likelihood(notices.kind = 'notice_added', 0.002)
);

CREATE VIEW leftovers AS -- one row a place where the old form of a corrected spelling, name or number still stands elsewhere in the corrected revision; notices that quote it are left out, and words that were broken instead of corrected
SELECT
    change_id AS change_id, -- number of the change that corrected the word, as in changes_detail
    article_id AS article_id, -- number of the article
    url AS url, -- the article's address
    host AS host, -- the article's host
    headline AS headline, -- headline of the corrected revision; NULL: the page has none
    to_number AS number, -- number of the corrected revision within the article
    changed_before AS changed_before, -- the first look that showed it corrected
    kind AS kind, -- spelling, name or number; a number may rightly stand elsewhere, so read its text
    before AS before, -- the old form
    after AS after, -- the new form
    place AS place, -- where the old form still stands: headline, subheadline or body
    text AS text, -- the headline, subheadline or paragraph that still has it
    EXISTS (
        SELECT 1
        FROM _article_states AS states
        JOIN revisions AS latest ON latest.revision_id = states.latest_revision_id
        WHERE states.article_id = found.article_id AND CASE place
            WHEN 'headline' THEN latest.headline = found.text
            WHEN 'subheadline' THEN latest.subheadline = found.text
            ELSE EXISTS (
                SELECT 1 FROM revision_paragraphs
                WHERE revision_paragraphs.revision_id = latest.revision_id
                    AND revision_paragraphs.paragraph_id = found.paragraph_id
            )
        END
    ) AS stands_now -- 1: that text stands in the latest revision too; 0: it was altered or taken out since
FROM (
    SELECT
        fixes.*,
        places.place,
        held.paragraph_id,
        CASE places.place
            WHEN 'headline' THEN fixed.headline
            WHEN 'subheadline' THEN fixed.subheadline
            ELSE paragraphs.text
        END AS text,
        replace(replace(replace(fixes.before, '[', '[[]'), '*', '[*]'), '?', '[?]') AS old_form
    FROM changes_detail AS fixes
    CROSS JOIN (SELECT 'headline' AS place UNION ALL SELECT 'subheadline' UNION ALL SELECT 'body') AS places
    JOIN revisions AS fixed ON fixed.revision_id = fixes.to_revision_id
    LEFT JOIN revision_paragraphs AS held ON held.revision_id = fixed.revision_id AND places.place = 'body'
    LEFT JOIN paragraphs ON paragraphs.paragraph_id = held.paragraph_id
    WHERE fixes.kind IN ('spelling', 'name', 'number')
        AND fixes.operation = 'replace'
        AND fixes.field IN ('headline', 'subheadline', 'body')
        AND NOT fixes.is_flap
        AND instr(fixes.reasons_json, '“' || fixes.after || '” is ') = 0
) AS found
WHERE instr(text, before)
    AND CASE kind
        WHEN 'number' THEN
            ' ' || replace(text, after, ' ') || ' ' GLOB '*[^0-9A-Za-zÀ-ɏͰ-և.,]' || old_form || '[^0-9A-Za-zÀ-ɏͰ-և.,]*'
            OR ' ' || replace(text, after, ' ') || ' ' GLOB '*[^0-9A-Za-zÀ-ɏͰ-և.,]' || old_form || '[.,][^0-9]*'
        ELSE ' ' || replace(text, after, ' ') || ' ' GLOB '*[^0-9A-Za-zÀ-ɏͰ-և]' || old_form || '[^0-9A-Za-zÀ-ɏͰ-և]*'
    END
    AND NOT EXISTS (
        SELECT 1
        FROM revisions AS noticed
        CROSS JOIN diffs ON diffs.to_revision_id = noticed.revision_id
        CROSS JOIN changes AS notices ON notices.diff_id = diffs.diff_id AND notices.kind IN ('notice_added', 'notice_changed')
        WHERE noticed.article_id = found.article_id AND noticed.number <= found.to_number
            AND instr(notices.after, found.text)
    );

CREATE VIEW shared_paragraphs AS -- one row a paragraph and article that prints it, where another article prints it too: wire copy, press releases, what one took from the other
SELECT
    printed.paragraph_id AS paragraph_id, -- number of the paragraph
    paragraphs.text AS text, -- its text
    articles.article_id AS article_id, -- number of the article
    articles.url AS url, -- the article's address
    articles.host AS host, -- the article's host
    revisions.headline AS headline, -- headline of the article's first revision with the paragraph; NULL: the page has none
    revisions.number AS number, -- number of that revision within the article
    revisions.first_seen_at AS first_seen_at, -- the first look that showed the paragraph in this article
    EXISTS (
        SELECT 1
        FROM _article_states AS states
        JOIN revision_paragraphs AS latest ON latest.revision_id = states.latest_revision_id
        WHERE states.article_id = articles.article_id AND latest.paragraph_id = printed.paragraph_id
    ) AS stands_now, -- 1: it stands in the article's latest revision; 0: it was altered or taken out
    (
        SELECT count(*) FROM paragraph_articles AS printings WHERE printings.paragraph_id = printed.paragraph_id
    ) AS article_count, -- articles that print it or printed it, this one included
    (
        SELECT count(DISTINCT others.host)
        FROM paragraph_articles AS printings
        CROSS JOIN articles AS others ON others.article_id = printings.article_id
        WHERE printings.paragraph_id = printed.paragraph_id
    ) AS host_count -- hosts of those articles
FROM revisions
JOIN revision_paragraphs AS held ON held.revision_id = revisions.revision_id
JOIN paragraph_articles AS printed ON printed.paragraph_id = held.paragraph_id AND printed.article_id = revisions.article_id
JOIN paragraphs ON paragraphs.paragraph_id = printed.paragraph_id
JOIN articles ON articles.article_id = revisions.article_id
WHERE revisions.number IS NOT NULL AND EXISTS (
        SELECT 1 FROM paragraph_articles AS others
        WHERE others.paragraph_id = held.paragraph_id AND others.article_id <> revisions.article_id
    )
    AND NOT EXISTS (
        SELECT 1
        FROM revisions AS earlier
        CROSS JOIN revision_paragraphs AS standing ON standing.revision_id = earlier.revision_id
        WHERE earlier.article_id = revisions.article_id AND earlier.number < revisions.number
            AND standing.paragraph_id = held.paragraph_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM revision_paragraphs AS above
        WHERE above.revision_id = held.revision_id AND above.position < held.position
            AND above.paragraph_id = held.paragraph_id
    );

CREATE VIEW shared_corrections AS -- one row a correction in a paragraph that another article prints too, and that other article: was its copy corrected?
SELECT
    fixes.change_id AS change_id, -- number of the change, as in changes_detail
    fixes.article_id AS article_id, -- number of the article that was corrected
    fixes.url AS url, -- its address
    fixes.host AS host, -- its host
    fixes.headline AS headline, -- headline of its newer revision; NULL: the page has none
    fixes.changed_before AS changed_before, -- the first look that showed it corrected
    fixes.kind AS kind, -- spelling, number, date, name, negation, attribution or wording
    fixes.before AS before, -- what stood there; empty: nothing
    fixes.after AS after, -- what stands there now; empty: nothing
    fixes.sentence_before AS sentence_before, -- the older sentence around it
    fixes.sentence_after AS sentence_after, -- the newer sentence around it; empty: none
    held.paragraph_id AS paragraph_id, -- number of the paragraph that both printed before the correction
    others.article_id AS other_article_id, -- number of the other article
    others.url AS other_url, -- its address
    others.host AS other_host, -- its host
    latest.headline AS other_headline, -- headline of its latest revision; NULL: the page has none
    EXISTS (
        SELECT 1 FROM revision_paragraphs AS copies
        WHERE copies.revision_id = states.latest_revision_id AND copies.paragraph_id = held.paragraph_id
    ) AS other_is_uncorrected, -- 1: the uncorrected paragraph stands in its latest revision; 0: it was altered or taken out there too
    (
        SELECT later.first_seen_at FROM revisions AS later
        WHERE later.article_id = others.article_id AND later.number = 1 + (
            SELECT printing.number
            FROM revisions AS printing
            CROSS JOIN revision_paragraphs AS copies ON copies.revision_id = printing.revision_id
            WHERE printing.article_id = others.article_id AND copies.paragraph_id = held.paragraph_id
            ORDER BY printing.number DESC LIMIT 1
        )
    ) AS other_altered_at, -- the first look that showed the other article without it; NULL: it still stands there
    states.last_success_at AS other_last_seen_at -- the latest look that showed the other article
FROM changes_detail AS fixes
JOIN revision_paragraphs AS held ON held.revision_id = fixes.from_revision_id
JOIN paragraphs ON paragraphs.paragraph_id = held.paragraph_id
JOIN paragraph_articles AS printings ON printings.paragraph_id = held.paragraph_id
JOIN articles AS others ON others.article_id = printings.article_id
JOIN _article_states AS states ON states.article_id = others.article_id
JOIN revisions AS latest ON latest.revision_id = states.latest_revision_id
WHERE fixes.kind IN ('spelling', 'number', 'date', 'name', 'negation', 'attribution', 'wording')
    AND fixes.field = 'body'
    AND NOT fixes.is_flap
    AND fixes.sentence_before <> ''
    AND instr(paragraphs.text, fixes.sentence_before)
    AND others.article_id <> fixes.article_id
    AND NOT EXISTS (
        SELECT 1 FROM revision_paragraphs AS kept
        WHERE kept.revision_id = fixes.to_revision_id AND kept.paragraph_id = held.paragraph_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM revision_paragraphs AS above
        WHERE above.revision_id = held.revision_id AND above.position < held.position
            AND above.paragraph_id = held.paragraph_id
    );

CREATE VIEW absences AS -- one row a time that an article could not be read: looks in a row that did not show it, single failed ones included; a move to another address of its own is none
SELECT
    articles.article_id AS article_id, -- number of the article
    articles.url AS url, -- the article's address
    articles.host AS host, -- the article's host
    (
        SELECT revisions.headline
        FROM _article_states AS states
        JOIN revisions ON revisions.revision_id = states.latest_revision_id
        WHERE states.article_id = articles.article_id
    ) AS headline, -- headline of the latest revision; NULL: none is known
    coalesce(began.first_checked_at, began.checked_at) AS began_at, -- the first look that did not show it
    coalesce(back.first_checked_at, back.checked_at) AS ended_at, -- the first look that showed it again, or that was led to its new address; NULL: it is still away
    CAST(strftime('%s', coalesce(back.first_checked_at, back.checked_at, (
        SELECT max(away.checked_at) FROM checks AS away WHERE away.article_id = began.article_id
    ))) AS INTEGER) - CAST(strftime('%s', coalesce(began.first_checked_at, began.checked_at)) AS INTEGER) AS length_s, -- seconds from began_at to ended_at; while it is still away, to the latest look
    (
        SELECT away.outcome FROM checks AS away
        WHERE away.article_id = began.article_id AND away.checked_at >= began.checked_at
            AND (back.check_id IS NULL OR away.checked_at < back.checked_at)
            AND away.outcome IN ('gone', 'moved', 'blocked', 'paywalled', 'unreadable', 'failed')
        GROUP BY away.outcome
        ORDER BY sum(away.look_count) DESC, min(away.checked_at)
        LIMIT 1
    ) AS outcome, -- gone, moved (to a front page), blocked, paywalled, unreadable or failed: what most of its looks came to
    began.reason AS reason, -- why its first look did not show it, in a short sentence; empty: nothing to add
    (
        SELECT sum(away.look_count) FROM checks AS away
        WHERE away.article_id = began.article_id AND away.checked_at >= began.checked_at
            AND (back.check_id IS NULL OR away.checked_at < back.checked_at)
    ) AS look_count, -- looks that did not show it
    (
        SELECT max(shown.checked_at) FROM checks AS shown
        WHERE shown.article_id = began.article_id AND shown.checked_at <= coalesce(began.first_checked_at, began.checked_at)
            AND shown.outcome IN ('first_seen', 'changed', 'reverted', 'unchanged', 'not_modified')
    ) AS last_seen_at -- the last look before that showed it; NULL: none did
FROM checks AS began
JOIN articles ON articles.article_id = began.article_id
LEFT JOIN checks AS back ON back.check_id = (
    SELECT next.check_id FROM checks AS next
    WHERE next.article_id = began.article_id
        AND (next.checked_at, next.check_id) > (began.checked_at, began.check_id)
        AND (
            next.outcome IN ('first_seen', 'changed', 'reverted', 'unchanged', 'not_modified')
            OR next.outcome = 'moved' AND coalesce(next.final_url, 'a://b/c') GLOB '*://*/?*'
        )
    ORDER BY next.checked_at, next.check_id LIMIT 1
)
WHERE began.outcome IN ('gone', 'moved', 'blocked', 'paywalled', 'unreadable', 'failed')
    AND (began.outcome <> 'moved' OR began.final_url NOT GLOB '*://*/?*')
    AND NOT coalesce((
        SELECT
            previous.outcome IN ('gone', 'blocked', 'paywalled', 'unreadable', 'failed')
            OR previous.outcome = 'moved' AND previous.final_url NOT GLOB '*://*/?*'
        FROM checks AS previous
        WHERE previous.article_id = began.article_id
            AND (previous.checked_at, previous.check_id) < (began.checked_at, began.check_id)
            AND previous.outcome <> 'suspect'
        ORDER BY previous.checked_at DESC, previous.check_id DESC LIMIT 1
    ), 0);

CREATE VIEW checks_daily AS -- one row a host and day: how looking went
SELECT
    host AS host, -- the host that was looked at
    day AS day, -- the day in UTC, such as 2026-11-23
    checks AS checks, -- looks on that day; the sum of the outcomes below
    changed AS changed, -- looks that showed a change
    unchanged AS unchanged, -- looks that showed the article as before
    failed AS failed, -- looks without a usable answer
    blocked AS blocked, -- looks that the site did not let happen
    bytes AS bytes, -- bytes received
    median_ms AS median_ms, -- the middle one of the durations of our own looks; NULL: all looks of the day were imported
    first_seen AS first_seen, -- looks that showed an article for the first time
    gone AS gone, -- looks that found no article any more
    moved AS moved, -- looks that were sent elsewhere for good
    paywalled AS paywalled, -- looks that met a paywall or a consent wall
    unreadable AS unreadable, -- looks that found no trustworthy article in the page
    suspect AS suspect -- looks that found an implausible change
FROM _days
UNION ALL
SELECT
    host, day, checks, changed, unchanged, failed, blocked, bytes, median_ms, first_seen, gone, moved, paywalled, unreadable, suspect
FROM (
    SELECT
        host,
        day,
        rank,
        is_own,
        max(is_own) OVER days AS has_own,
        sum(look_count) OVER days AS checks,
        sum(outcome IN ('changed', 'reverted')) OVER days AS changed,
        sum(iif(outcome IN ('unchanged', 'not_modified'), look_count, 0)) OVER days AS unchanged,
        sum(iif(outcome = 'failed', look_count, 0)) OVER days AS failed,
        sum(iif(outcome = 'blocked', look_count, 0)) OVER days AS blocked,
        sum(received_bytes) OVER days AS bytes,
        avg(iif(is_own AND rank IN ((size + 1) / 2, (size + 2) / 2), duration_ms, NULL)) OVER days AS median_ms,
        sum(outcome = 'first_seen') OVER days AS first_seen,
        sum(iif(outcome = 'gone', look_count, 0)) OVER days AS gone,
        sum(iif(outcome = 'moved', look_count, 0)) OVER days AS moved,
        sum(iif(outcome = 'paywalled', look_count, 0)) OVER days AS paywalled,
        sum(iif(outcome = 'unreadable', look_count, 0)) OVER days AS unreadable,
        sum(iif(outcome = 'suspect', look_count, 0)) OVER days AS suspect
    FROM (
        SELECT
            articles.host AS host,
            substr(checks.checked_at, 1, 10) AS day,
            checks.origin IS NULL AS is_own,
            checks.outcome,
            checks.look_count,
            checks.received_bytes,
            checks.duration_ms,
            row_number() OVER (PARTITION BY articles.host, substr(checks.checked_at, 1, 10), checks.origin IS NULL ORDER BY checks.duration_ms) AS rank,
            count(*) OVER (PARTITION BY articles.host, substr(checks.checked_at, 1, 10), checks.origin IS NULL) AS size
        FROM checks
        JOIN articles ON articles.article_id = checks.article_id
        WHERE checks.checked_at >= (SELECT open_from_day FROM _closing)
    )
    WINDOW days AS (PARTITION BY host, day)
)
WHERE rank = 1 AND is_own = has_own;

CREATE VIEW activity AS -- one row a host, weekday and hour: when it is looked at, and when it edits and publishes
SELECT
    host AS host, -- the host that was looked at
    weekday AS weekday, -- day of the week in UTC: 1 is Monday, 7 is Sunday
    hour AS hour, -- hour of the day in UTC, from 0 to 23
    all_checks AS checks, -- looks in that hour of all such days
    all_changed AS changed, -- looks that showed a change: it was made since the look before
    all_first_seen AS first_seen -- looks that showed an article for the first time
FROM (
    SELECT
        host,
        weekday,
        hour,
        sum(checks) OVER hours AS all_checks,
        sum(changed) OVER hours AS all_changed,
        sum(first_seen) OVER hours AS all_first_seen,
        row_number() OVER hours AS place
    FROM (
        SELECT host, weekday, hour, checks, changed, first_seen FROM _hours
        UNION ALL
        SELECT
            articles.host,
            1 + (strftime('%w', checks.checked_at) + 6) % 7,
            CAST(substr(checks.checked_at, 12, 2) AS INTEGER),
            checks.look_count,
            checks.outcome IN ('changed', 'reverted'),
            checks.outcome = 'first_seen'
        FROM checks
        JOIN articles ON articles.article_id = checks.article_id
        WHERE checks.checked_at >= (SELECT open_from_day FROM _closing)
    )
    WINDOW hours AS (PARTITION BY host, weekday, hour)
)
WHERE place = 1;
