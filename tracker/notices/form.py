"""Notices as JSON: what a webhook gets, and what the outbox keeps until then. The same bytes at every repeat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tracker.model import Change, ChangeDetail, Field, Kind, Operation, utc_text
from tracker.notices.content import Notice, Overflow, Told
from tracker.render.json_form import change_row

VERSION = 1  # grows when a key goes or changes its meaning, not when one is added


def changes_json(details: Iterable[ChangeDetail]) -> str:
    """Rows of `changes_detail`, an array."""
    return _compact([change_row(detail) for detail in details])


def changes_from_json(text: str) -> tuple[ChangeDetail, ...]:
    return tuple(_detail(row) for row in json.loads(text))


def notice_json(notice: Notice) -> str:
    """`changes` are rows of `changes_detail`, with `alike_count`: in how many other places the same was found."""
    return _compact(
        {
            "version": VERSION,
            "notice_id": notice.notice_id,
            "channel": notice.channel,
            "made_at": utc_text(notice.made_at),
            "is_digest": notice.is_digest,
            "is_test": notice.is_test,
            "change_count": notice.change_count,
            "article_count": notice.article_count,
            "hosts": list(notice.hosts),
            "untold_count": notice.untold_count,
            "overflow_look_count": notice.overflow.look_count,
            "overflow_change_count": notice.overflow.change_count,
            "changes": [{**change_row(each.detail), "alike_count": each.alike_count} for each in notice.told],
        }
    )


def notice_from_json(text: str) -> Notice:
    """As `notice_json` wrote it."""
    form = json.loads(text)
    return Notice(
        notice_id=form["notice_id"],
        channel=form["channel"],
        made_at=datetime.fromisoformat(form["made_at"]),
        told=tuple(Told(_detail(row), row["alike_count"]) for row in form["changes"]),
        change_count=form["change_count"],
        article_count=form["article_count"],
        hosts=tuple(form["hosts"]),
        is_digest=form["is_digest"],
        is_test=form["is_test"],
        overflow=Overflow(form["overflow_look_count"], form["overflow_change_count"]),
    )


def _detail(row: Mapping[str, Any]) -> ChangeDetail:
    return ChangeDetail(
        change_id=row["change_id"],
        article_id=row["article_id"],
        url=row["url"],
        host=row["host"],
        headline=row["headline"],
        from_number=row["from_number"],
        to_number=row["to_number"],
        changed_after=datetime.fromisoformat(row["changed_after"]),
        changed_before=datetime.fromisoformat(row["changed_before"]),
        change=_change(row),
        engine=row["engine"],
        is_flap=row["is_flap"],
    )


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        kind=Kind(row["kind"]),
        field=Field(row["field"]),
        operation=Operation(row["operation"]),
        before=row["before"],
        after=row["after"],
        old_start=row["old_start"],
        old_end=row["old_end"],
        new_start=row["new_start"],
        new_end=row["new_end"],
        sentence_before=row["sentence_before"],
        sentence_after=row["sentence_after"],
        in_quotation=row["in_quotation"],
        in_attribution=row["in_attribution"],
        move_id=row["move_id"],
        confidence=row["confidence"],
        reasons=tuple(json.loads(row["reasons_json"])),
    )


def _compact(value: object) -> str:
    """Readable in any language; lone surrogates, which no UTF-8 has, are replaced."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()
