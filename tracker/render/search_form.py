"""What a search found as rows, for JSON and CSV: one a passage, times in UTC."""

from __future__ import annotations

from datetime import datetime

from tracker.model import SearchHit, utc_text
from tracker.render.json_form import Row
from tracker.render.search import snippet_text

SEARCH_COLUMNS = (
    "article_id",
    "url",
    "host",
    "headline",  # of the article's latest revision
    "state",
    "joined_to_article_id",
    "field",
    "paragraph_id",  # null: a headline or subheadline
    "snippet",  # one line, the words in square brackets
    "text",  # the whole passage
    "spans_json",  # where the words stand in it: an array of [start, end] in code points, half-open
    "stands",
    # The last run of revisions that hold the passage; null where it is not known or not so.
    "first_number",
    "first_seen_at",
    "came_after",
    "last_number",
    "gone_number",
    "gone_after",
    "gone_before",
    "came_by_reading",
    "gone_by_reading",
    "stretch_count",  # runs of revisions that hold it: more than 1, it was taken out and put back
)


def search_row(hit: SearchHit) -> Row:
    """In the order of SEARCH_COLUMNS."""
    last = hit.stretches[-1]
    return {
        "article_id": hit.article_id,
        "url": hit.url,
        "host": hit.host,
        "headline": hit.article_headline,
        "state": hit.state.value,
        "joined_to_article_id": hit.joined_to_article_id,
        "field": hit.field.value,
        "paragraph_id": hit.paragraph_id,
        "snippet": snippet_text(hit),
        "text": hit.text,
        "spans_json": f"[{','.join(f'[{start},{end}]' for start, end in hit.spans)}]",
        "stands": hit.stands,
        "first_number": last.first_number,
        "first_seen_at": utc_text(last.first_seen_at),
        "came_after": _time(last.came_after),
        "last_number": last.last_number,
        "gone_number": last.gone_number,
        "gone_after": _time(last.gone_after),
        "gone_before": _time(last.gone_before),
        "came_by_reading": last.came_by_reading,
        "gone_by_reading": last.gone_by_reading,
        "stretch_count": len(hit.stretches),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)
