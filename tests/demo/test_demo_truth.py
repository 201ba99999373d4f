"""The demo's ground truth against the core alone: reading and comparing its pages finds each edit, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest

from tracker import classify, diff, extract
from tracker.demo import pages
from tracker.demo.articles import load_outlets, load_timelines
from tracker.demo.pages import Setting
from tracker.demo.timeline import Stage, Timeline
from tracker.model import Extract, Kind

OPENED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OUTLETS = {outlet.key: outlet for outlet in load_outlets()}
by_timeline = pytest.mark.parametrize("timeline", load_timelines(), ids=lambda timeline: timeline.slug)


def read(stage: Stage, seed: int) -> Extract:
    setting = Setting(OUTLETS[stage.story.outlet], "http://news.test", OPENED_AT)
    path = setting.outlet.path_of(stage.story)
    page = pages.article_page(stage.story, setting, path, Random(seed))
    found = extract(page, setting.base_url + path)
    assert found is not None
    return found


@by_timeline
def test_every_stage_is_read_whole_whatever_surrounds_it(timeline: Timeline) -> None:
    for stage in timeline.stages:
        readings = {read(stage, seed) for seed in range(4)}
        assert len(readings) == 1
        (found,) = readings
        story = stage.story
        assert (found.headline, found.subheadline, found.paragraphs) == (
            story.headline,
            story.subheadline,
            story.paragraphs,
        )


@by_timeline
def test_each_edit_is_found_with_its_kind_and_nothing_else(timeline: Timeline) -> None:
    for seed, (before, after) in enumerate(pairwise(timeline.stages)):
        old, new = read(before, seed), read(after, seed + 100)
        found = [
            (change.kind, change.field, change.before.strip(), change.after.strip())
            for change in classify(diff(old.text, new.text), old, new)
        ]
        expected = [
            (truth.what, truth.field, truth.before, truth.after)
            for truth in after.expected
            if isinstance(truth.what, Kind)
        ]
        assert sorted(found) == sorted(expected)
