"""The demo's pages: noisy like real ones, while the article's own words stand still."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from random import Random

import lxml.html
import pytest
import trafilatura

from tracker.demo import pages
from tracker.demo.articles import load_outlets, load_timelines
from tracker.demo.pages import Setting
from tracker.demo.timeline import Story, Timeline

OPENED_AT = datetime(2026, 11, 23, 9, 0, 30, 500, tzinfo=UTC)
OUTLETS = {outlet.key: outlet for outlet in load_outlets()}
TIMELINES = load_timelines()
by_timeline = pytest.mark.parametrize("timeline", TIMELINES, ids=lambda timeline: timeline.slug)


def setting_of(story: Story) -> Setting:
    return Setting(OUTLETS[story.outlet], "http://news.test", OPENED_AT)


def page_of(story: Story, seed: int = 1) -> str:
    setting = setting_of(story)
    return pages.article_page(story, setting, setting.outlet.path_of(story), Random(seed))


@by_timeline
def test_a_general_extractor_reads_exactly_the_article_on_every_visit(timeline: Timeline) -> None:
    for stage in timeline.stages:
        for seed in range(4):
            page = page_of(stage.story, seed)
            text = trafilatura.extract(page, fast=True, include_comments=False)
            assert text is not None
            assert tuple(text.split("\n")) == stage.story.paragraphs


@by_timeline
def test_everything_around_the_article_changes_unless_the_outlet_promises_an_etag(timeline: Timeline) -> None:
    story = timeline.stages[0].story
    visits = {page_of(story, seed) for seed in range(10)}
    assert len(visits) == (1 if OUTLETS[story.outlet].has_etag else 10)


@by_timeline
def test_a_page_says_who_wrote_what_when_and_where_it_lives(timeline: Timeline) -> None:
    story = timeline.stages[0].story
    tree = lxml.html.fromstring(page_of(story))
    assert tree.xpath("string(//h1)") == story.headline
    assert story.headline in tree.xpath("string(//title)")
    assert tree.xpath("//meta[@name='description']/@content") == [story.subheadline]
    assert story.byline in tree.xpath("string(//body)")
    assert tree.xpath("//link[@rel='canonical']/@href") == [
        "http://news.test" + OUTLETS[story.outlet].path_of(story),
    ]
    published = setting_of(story).published_at(story).isoformat()
    assert published in tree.xpath("//meta/@content")


def test_the_daily_carries_json_ld_that_can_be_read() -> None:
    story = next(line.stages[0].story for line in TIMELINES if line.slug == "harbour-tunnel-vote")
    (script,) = lxml.html.fromstring(page_of(story)).xpath("//script[@type='application/ld+json']/text()")
    data = json.loads(script)
    assert data["headline"] == story.headline
    assert [author["name"] for author in data["author"]] == ["Idris Pemberley", "Joan Askew"]


@by_timeline
def test_hostile_words_stay_words(timeline: Timeline) -> None:
    words = "A </script><b>\"bold\"</b> & 'quoted' $claim ${token}"
    story = dataclasses.replace(timeline.stages[0].story, headline=words, subheadline=words, paragraphs=(words,))
    tree = lxml.html.fromstring(page_of(story))
    assert tree.xpath("string(//h1)") == words
    assert words in [paragraph.text_content() for paragraph in tree.xpath("//p")]
    assert not tree.xpath("//b[text()='bold']") + tree.xpath("//b[.='\"bold\"']")


def test_one_seed_gives_one_page() -> None:
    story = TIMELINES[1].stages[0].story
    assert page_of(story, 5) == page_of(story, 5)


def test_the_consent_wall_shows_nothing_of_the_article() -> None:
    timeline = next(line for line in TIMELINES if line.slug == "night-train-returns")
    story = timeline.stages[0].story
    wall = pages.consent_page(setting_of(story), Random(1))
    assert story.headline not in wall
    assert not any(paragraph in wall for paragraph in story.paragraphs)
    assert "accept all cookies" in wall
