"""Which changes a channel asks for."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.channels import CHANGE_FIELDS, IMMEDIATE, NOTICE_FIELDS, Rhythm, Template, parse_template
from tracker.model import ChangeDetail, Field, Kind
from tracker.urls import without_port

DEFAULT_TITLE = parse_template("", NOTICE_FIELDS)
DEFAULT_LINE = parse_template("", CHANGE_FIELDS)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one channel asks for. Empty: everything."""

    channel: str  # its name, which tells nothing of its address
    hosts: frozenset[str] = frozenset()  # `*.example.org` is example.org and all below it
    kinds: frozenset[Kind] = frozenset()
    fields: frozenset[Field] = frozenset()
    min_confidence: float = 0.0
    rhythm: Rhythm = IMMEDIATE
    title: Template = DEFAULT_TITLE  # without pieces: the program's own
    line: Template = DEFAULT_LINE  # of one change; likewise


def wanted(rule: Rule, detail: ChangeDetail) -> bool:
    """A page that only goes from one wording that was seen before to another is told to nobody."""
    change = detail.change
    return (
        not detail.is_flap
        and (not rule.kinds or change.kind in rule.kinds)
        and (not rule.fields or change.field in rule.fields)
        and change.confidence >= rule.min_confidence
        and _is_host_wanted(rule.hosts, detail.host)
    )


def _is_host_wanted(hosts: frozenset[str], host: str) -> bool:
    name = without_port(host)
    if not hosts or host in hosts or name in hosts:
        return True
    labels = name.split(".")
    return any(f"*.{'.'.join(labels[start:])}" in hosts for start in range(len(labels)))
