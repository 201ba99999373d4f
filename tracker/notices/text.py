"""A notice in words: a title, and a text that any mail reader, chat or telephone can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from tracker.model import Change, ChangeDetail, Operation
from tracker.notices.content import Notice, Told, first_of
from tracker.notices.rules import Rule
from tracker.render.json_form import change_row
from tracker.render.plain import safe_change, safe_text
from tracker.render.wording import between_text, change_title, count, counted_names, kind_name, moment_text

# Of each text: enough to see what changed. A whole paragraph stands in the report.
_LONGEST = 300
_LONGEST_TITLE = 200
# A telephone shows about five, a mail is read to the end of the second screen.
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice ready to leave. `title` is one line; `form` is the notice as JSON."""

    notice_id: str
    title: str
    text: str
    form: str = ""


def letter(notice: Notice, rule: Rule, tz: tzinfo | None, form: str = "") -> Letter:
    """In the rule's wording, or the program's own. `tz` None: the zone that this computer is set to."""
    title = rule.title.fill(_notice_values(notice, tz)) if rule.title.pieces else _title(notice)
    lines = [*_lines(notice, rule, tz), *_remainder(notice)]
    text = "\n".join([*lines, f"Notice {notice.notice_id}; a repeat carries the same number."])
    return Letter(notice.notice_id, _short(title, _LONGEST_TITLE), text, form)


def _title(notice: Notice) -> str:
    prefix = "Test: " if notice.is_test else ""
    changes = count(notice.change_count, "change")
    if notice.article_count == 1 and notice.told and not notice.overflow.change_count:
        headline = notice.told[0].detail.headline
        place = f"“{headline}”, {notice.hosts[0]}" if headline else notice.told[0].detail.url
        kinds = counted_names(kind_name(each.detail.change.kind) for each in notice.told)
        return f"{prefix}{kinds if not notice.untold_count else changes} in {place}"
    where = notice.hosts[0] if len(notice.hosts) == 1 else count(len(notice.hosts), "host")
    return f"{prefix}{changes} in {count(notice.article_count, 'article')} of {where}"


def _lines(notice: Notice, rule: Rule, tz: tzinfo | None) -> Iterator[str]:
    """Article by article, that with the most telling change first; at the end what is the same all over a site."""
    chosen = first_of(notice.told, _MOST_LINES)
    if rule.line.pieces:
        yield from (rule.line.fill(_change_values(told)) for told in chosen)
        yield ""
        return
    articles: dict[int, list[Told]] = {}
    for told in chosen:
        if not told.is_site_wide:
            articles.setdefault(told.detail.article_id, []).append(told)
    for article in articles.values():
        yield from _heading(article[0].detail, tz)
        for told in article:
            yield from _change_lines(told.detail.change)
            if told.alike_count:
                yield f"  and the same in {count(told.alike_count, 'other place')} of {told.detail.host}"
        yield ""
    for told in chosen:
        if told.is_site_wide:
            yield f"In {told.alike_count + 1:,} places of {told.detail.host}:"
            yield from [*_change_lines(told.detail.change), ""]


def _heading(detail: ChangeDetail, tz: tzinfo | None) -> list[str]:
    headline = [_short(detail.headline)] if detail.headline else []
    return [*headline, detail.url, f"changed {between_text(detail.changed_after, detail.changed_before, tz)}"]


def _change_lines(change: Change) -> Iterator[str]:
    before, after = (_short(safe_change(text)) for text in (change.before, change.after))
    name = change_title(change)
    if change.operation is Operation.INSERT:
        yield f"- {name}: + “{after}”"
    elif change.operation is Operation.DELETE:
        yield f"- {name}: - “{before}”"
    elif change.operation is Operation.MOVE:
        yield f"- {name}: “{after or before}”"
    else:
        yield f"- {name}: “{before}” -> “{after}”"
    sentence = change.sentence_after or change.sentence_before
    if sentence and sentence not in (change.before, change.after):
        yield f"  {_short(sentence)}"


def _remainder(notice: Notice) -> Iterator[str]:
    untold = notice.change_count - sum(1 + each.alike_count for each in first_of(notice.told, _MOST_LINES))
    if untold:
        yield from [f"And {count(untold, 'more change')}; `tracker report` has them all.", ""]


def _change_values(told: Told) -> Mapping[str, str]:
    """Every one of CHANGE_FIELDS, on one line each."""
    row = change_row(told.detail)
    values = {name: "" if value is None else _short(str(value)) for name, value in row.items()}
    change = told.detail.change
    values |= {"before": _short(safe_change(change.before)), "after": _short(safe_change(change.after))}
    return values | {"title": change_title(change), "alike_count": str(told.alike_count)}


def _notice_values(notice: Notice, tz: tzinfo | None) -> Mapping[str, str]:
    """Every one of NOTICE_FIELDS. `headline` and `url` are those of the most telling change."""
    first = notice.told[0].detail if notice.told else None
    return {
        "channel": notice.channel,
        "change_count": str(notice.change_count),
        "article_count": str(notice.article_count),
        "host_count": str(len(notice.hosts)),
        "hosts": ", ".join(notice.hosts),
        "headline": (first.headline or "") if first else "",
        "url": first.url if first else "",
        "kinds": counted_names(kind_name(each.detail.change.kind) for each in notice.told),
        "made_at": moment_text(notice.made_at, tz),
        "notice_id": notice.notice_id,
    }


def _short(text: str, longest: int = _LONGEST) -> str:
    shown = safe_text(text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
