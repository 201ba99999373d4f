"""A digest as one self-contained page: sections in order of telling, with a list of them at the top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from tracker.render import digest_words as words
from tracker.render.digest import ArticleEntries, Digest, Entry, Section, Told
from tracker.render.excerpt import marked_sentence
from tracker.render.html_parts import escape, heading, link, marked, page, safe

_GONE = "gone"
_FLAPS = "flaps"


def digest_html(digest: Digest, tz: tzinfo | None, scope: str = "") -> str:
    """`tz` None: the zone that this computer is set to. `scope`: what was asked for, in a line."""
    facts = [words.summary_text(digest), scope, *words.unseen_lines(digest)]
    return page(
        words.DIGEST_TITLE,
        heading(words.DIGEST_TITLE, [safe(fact) for fact in facts if fact]),
        *_contents(digest),
        *_parts(digest, tz),
    )


def _contents(digest: Digest) -> Iterator[str]:
    titles = [(name, title) for name, title in _titles(digest)]
    if len(titles) < 2:
        return
    items = "\n".join(f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title in titles)
    yield f'<nav aria-label="Sections">\n<ul>\n{items}\n</ul>\n</nav>'


def _titles(digest: Digest) -> Iterator[tuple[str, str]]:
    """The sections in order: the name of each on the page, and its title."""
    first = words.before_gone(digest)
    yield from ((section.topic.value, words.section_title(section)) for section in first)
    if digest.findings.gone_count:
        yield _GONE, words.gone_title(digest)
    yield from ((section.topic.value, words.section_title(section)) for section in digest.sections[len(first) :])
    if digest.flaps:
        yield _FLAPS, words.flaps_title(digest)


def _parts(digest: Digest, tz: tzinfo | None) -> Iterator[str]:
    sections = {section.topic.value: section for section in digest.sections}
    several = digest.host_count > 1
    for name, title in _titles(digest):
        if name == _GONE:
            inside = _gone(digest, tz)
        elif name == _FLAPS:
            inside = _flaps(digest, tz)
        else:
            inside = _section(sections[name], tz, names_hosts=several)
        yield "\n".join(
            [f'<section aria-labelledby="{name}">', f'<h2 id="{name}">{escape(title)}</h2>', *inside, "</section>"]
        )


def _section(section: Section, tz: tzinfo | None, *, names_hosts: bool) -> Iterator[str]:
    for note in (words.section_note(section), words.counts_text(section)):
        if note:
            yield _note(note)
    if section.examples:
        yield _list(safe(words.example_text(example)) for example in section.examples)
    for host in section.hosts:
        if names_hosts:
            yield f'<h3 class="host">{safe(host.host)}</h3>'
        for article in host.articles:
            yield from _article(article, tz, "h4" if names_hosts else "h3")
    yield from map(_note, filter(None, [words.rest_text(section)]))


def _article(article: ArticleEntries, tz: tzinfo | None, tag: str) -> Iterator[str]:
    yield f'<{tag} class="headline" dir="auto">{link(article.url, article.headline or "")}</{tag}>'
    for entry in article.entries:
        yield f'<p class="note">{escape(words.revision_text(entry, tz))}</p>'
        items = [_item(told, entry, tz) for told in entry.told]
        if entry.untold_count:
            items.append(f'<span class="note">{escape(words.more_text(entry.untold_count))}</span>')
        yield _list(items)


def _item(told: Told, entry: Entry, tz: tzinfo | None) -> str:
    label = f'<p class="label">{escape(words.told_title(told))}</p>'
    more = (words.correction_text(told, entry, tz), words.also_text(told))
    notes = "".join(f'<p class="note">{safe(line)}</p>' for line in more if line)
    return f'{label}<p dir="auto">{marked(marked_sentence(told.detail.change))}</p>{notes}'


def _gone(digest: Digest, tz: tzinfo | None) -> Iterator[str]:
    if digest.findings.gone:
        yield _list(
            f'<p dir="auto">{link(each.url, each.headline or "")}</p>'
            f'<p class="note">{safe(f"{words.gone_text(each, tz)}, {each.host}")}</p>'
            for each in digest.findings.gone
        )
    yield from map(_note, filter(None, [words.gone_rest_text(digest)]))


def _flaps(digest: Digest, tz: tzinfo | None) -> Iterator[str]:
    yield _list(
        f'<p class="label">{escape(words.flap_text(flap, tz))}</p>'
        f'<p dir="auto">{marked(marked_sentence(flap.shown.change))}</p>'
        for flap in digest.flaps
    )
    yield from map(_note, filter(None, [words.flaps_rest_text(digest)]))


def _list(items: Iterable[str]) -> str:
    return "\n".join(['<ul class="changes">', *(f"<li>{item}</li>" for item in items), "</ul>"])


def _note(text: str) -> str:
    return f'<p class="note">{safe(text)}</p>'
