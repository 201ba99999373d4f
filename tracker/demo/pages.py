"""Stories to pages. Pure: what is different on every visit is drawn from the `noise` that is passed in.

The article's own words are the same on every visit; adverts, counters, link lists, tokens and machine-made class names
around them are not. An outlet that answers with 304 has no noise, since a 304 would hide it.
"""

from __future__ import annotations

import email.utils
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tracker.demo.articles import Outlet, load_surroundings, load_template
from tracker.demo.timeline import Story

# Machine-made class names without vowels, r and s: random letters must not spell a word that a reader would act upon
# ("ad", "nav", "rss"), which would make the demo's outcome a matter of luck.
_CLASS_LETTERS = "bcdfghjkmnpqtvwxz0123456789"

# After how many paragraphs an advert and the newsletter box interrupt the column.
_FIRST_BREAK = 3
_SECOND_BREAK = 6


class Markup(str):
    """Text that is HTML already and must not be escaped again."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a page is shown."""

    outlet: Outlet
    base_url: str  # no slash at the end
    opened_at: datetime  # when the site opened; publication times count back from it

    def published_at(self, story: Story) -> datetime:
        return self.opened_at.replace(microsecond=0) - timedelta(minutes=story.published_minutes_ago)


def article_page(story: Story, setting: Setting, path: str, noise: Random) -> str:
    """The article's page at `path`, in its outlet's look."""
    template = setting.outlet.template
    words = _words(story, setting, setting.base_url + path)
    around = {} if setting.outlet.has_etag else _surroundings(noise)
    return fill(template, {**words, **around, **_class_names(template, noise)})


def consent_page(setting: Setting, noise: Random) -> str:
    return fill("consent_wall.html", {"outlet_name": setting.outlet.name, "token": _token(noise)})


def missing_page(setting: Setting) -> str:
    return fill("missing.html", {"outlet_name": setting.outlet.name})


def moved_page(url: str) -> str:
    return fill("moved.html", {"url": url})


def front_page(listed: Sequence[tuple[Story, str]], setting: Setting, noise: Random) -> str:
    """The outlet's front page; each story comes with its path."""
    items = [
        fill("front_item.html", {"headline": s.headline, "subheadline": s.subheadline, "url": setting.base_url + path})
        for s, path in listed
    ]
    outlet = setting.outlet
    values = {"outlet_name": outlet.name, "strapline": outlet.strapline, "items": Markup("".join(items))}
    return fill("front.html", {**values, "advert": noise.choice(load_surroundings().adverts)})


def feed(listed: Sequence[tuple[Story, str]], setting: Setting) -> str:
    """The outlet's RSS 2.0 feed; each story comes with its path."""
    items = [
        fill(
            "feed_item.txt",
            {
                "headline": story.headline,
                "subheadline": story.subheadline,
                "url": setting.base_url + path,
                "published_rfc": email.utils.format_datetime(setting.published_at(story)),
            },
        )
        for story, path in listed
    ]
    outlet = setting.outlet
    values = {"outlet_name": outlet.name, "strapline": outlet.strapline, "url": setting.base_url + "/"}
    return fill("feed.txt", {**values, "items": Markup("".join(items))})


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with every value put in, escaped unless it is Markup."""
    safe = {name: value if isinstance(value, Markup) else html.escape(value) for name, value in values.items()}
    return load_template(template).substitute(safe)


# -- the article's own words -------------------------------------------------------------------------------------------


def _words(story: Story, setting: Setting, url: str) -> dict[str, str]:
    published = setting.published_at(story)
    outlet = setting.outlet
    return {
        "headline": story.headline,
        "subheadline": story.subheadline,
        "byline": story.byline,
        "section": story.section,
        "outlet_name": outlet.name,
        "strapline": outlet.strapline,
        "canonical_url": url,
        "published_iso": published.isoformat(),
        "published_long": f"{published.day} {published:%B %Y, %H:%M}",
        "navigation": _navigation(outlet),
        "json_ld": _json_ld(story, outlet, published, url),
        "paragraphs": _paragraphs(story.paragraphs),
        "paragraphs_first": _paragraphs(story.paragraphs[:_FIRST_BREAK]),
        "paragraphs_middle": _paragraphs(story.paragraphs[_FIRST_BREAK:_SECOND_BREAK]),
        "paragraphs_last": _paragraphs(story.paragraphs[_SECOND_BREAK:]),
    }


def _paragraphs(texts: Sequence[str]) -> Markup:
    return Markup("\n".join(f"<p>{html.escape(text)}</p>" for text in texts))


def _navigation(outlet: Outlet) -> Markup:
    return Markup(" ".join(f'<a href="/">{html.escape(name)}</a>' for name in outlet.sections))


def _json_ld(story: Story, outlet: Outlet, published: datetime, url: str) -> Markup:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "description": story.subheadline,
        "author": [{"@type": "Person", "name": name} for name in story.byline.split(" and ")],
        "datePublished": published.isoformat(),
        "publisher": {"@type": "Organization", "name": outlet.name},
        "mainEntityOfPage": url,
        "isAccessibleForFree": True,
    }
    # Inside <script> only "</" ends the text, and HTML escapes would be read as they stand.
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))


# -- noise -------------------------------------------------------------------------------------------------------------


def _surroundings(noise: Random) -> dict[str, str]:
    lines = load_surroundings()
    adverts = noise.sample(lines.adverts, 2)
    return {
        "token": _token(noise),
        "bucket": str(noise.randrange(100)),
        "views": str(noise.randrange(2_000, 90_000)),
        "shares": str(noise.randrange(3, 900)),
        "comments": str(noise.randrange(400)),
        "watching": str(noise.randrange(40, 3_000)),
        "ago": _ago(noise),
        "advert_top": adverts[0],
        "advert_inline": adverts[1],
        "appeal": noise.choice(lines.appeals),
        "related": _links(noise.sample(lines.stories, 3)),
        "most_read": _links(noise.sample(lines.stories, 5)),
    }


def _ago(noise: Random) -> str:
    count, unit = noise.randrange(1, 60), noise.choice(("second", "minute"))
    return f"{count} {unit}{'' if count == 1 else 's'} ago"


def _links(titles: Sequence[str]) -> Markup:
    slugs = [title.lower().replace(",", "").replace(" ", "-") for title in titles]
    return Markup(
        "".join(
            f'<li><a href="/{html.escape(slug)}">{html.escape(title)}</a></li>'
            for slug, title in zip(slugs, titles, strict=True)
        )
    )


def _token(noise: Random) -> str:
    return f"{noise.getrandbits(128):032x}"


def _class_names(template: str, noise: Random) -> dict[str, str]:
    """A fresh machine-made name for each `css_...` in the template."""
    wanted = [name for name in load_template(template).get_identifiers() if name.startswith("css_")]
    return {name: "css-" + "".join(noise.choices(_CLASS_LETTERS, k=7)) for name in wanted}
