"""A digest as Markdown to paste: nothing of the articles read as markup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from tracker.render import digest_words as words
from tracker.render.digest import ArticleEntries, Digest, Entry, Section, Told
from tracker.render.excerpt import marked_sentence
from tracker.render.markdown import address, escaped, joined, line_of


def digest_markdown(digest: Digest, tz: tzinfo | None, scope: str = "") -> str:
    """`tz` None: the zone that this computer is set to. `scope`: what was asked for, in a line."""
    return joined(*_head(digest, scope), *_parts(digest, tz))


def _head(digest: Digest, scope: str) -> Iterator[str]:
    yield f"# {words.DIGEST_TITLE}"
    lines = (words.summary_text(digest), scope, words.overview_text(digest), *words.unseen_lines(digest))
    yield "  \n".join(escaped(line) for line in lines if line)


def _parts(digest: Digest, tz: tzinfo | None) -> Iterator[str]:
    first = words.before_gone(digest)
    for section in first:
        yield from _section(section, tz, names_hosts=digest.host_count > 1)
    yield from _gone(digest, tz)
    for section in digest.sections[len(first) :]:
        yield from _section(section, tz, names_hosts=digest.host_count > 1)
    yield from _flaps(digest, tz)


def _section(section: Section, tz: tzinfo | None, *, names_hosts: bool) -> Iterator[str]:
    yield f"## {words.section_title(section)}"
    note = words.section_note(section)
    if note:
        yield note
    if section.counts:
        yield words.counts_text(section)
    if section.examples:
        yield _listed(escaped(words.example_text(example)) for example in section.examples)
    for host in section.hosts:
        if names_hosts:
            yield f"### {escaped(host.host)}"
        for article in host.articles:
            yield from _article(article, tz, "####" if names_hosts else "###")
    rest = words.rest_text(section)
    if rest:
        yield escaped(rest)


def _article(article: ArticleEntries, tz: tzinfo | None, sign: str) -> Iterator[str]:
    yield f"{sign} {escaped(article.headline or article.url)}"
    yield address(article.url)
    for entry in article.entries:
        yield escaped(words.revision_text(entry, tz))
        rest = [words.more_text(entry.untold_count)] if entry.untold_count else []
        yield "\n".join([*(_item(told, entry, tz) for told in entry.told), *(f"- {line}" for line in rest)])


def _item(told: Told, entry: Entry, tz: tzinfo | None) -> str:
    change = told.detail.change
    more = [line for line in (words.correction_text(told, entry, tz), words.also_text(told)) if line]
    return "  \n  ".join(
        [f"- **{words.told_title(told)}:** {line_of(marked_sentence(change))}", *(escaped(line) for line in more)]
    )


def _gone(digest: Digest, tz: tzinfo | None) -> Iterator[str]:
    if not digest.findings.gone_count:
        return
    yield f"## {words.gone_title(digest)}"
    gone = digest.findings.gone
    if gone:
        yield _listed(
            f"{escaped(each.headline or each.url)}  \n  {address(each.url)}  \n  {escaped(words.gone_text(each, tz))}"
            for each in gone
        )
    rest = words.gone_rest_text(digest)
    if rest:
        yield escaped(rest)


def _flaps(digest: Digest, tz: tzinfo | None) -> Iterator[str]:
    if not digest.flaps:
        return
    yield f"## {words.flaps_title(digest)}"
    yield _listed(
        f"{escaped(words.flap_text(flap, tz))}: {line_of(marked_sentence(flap.shown.change))}" for flap in digest.flaps
    )
    rest = words.flaps_rest_text(digest)
    if rest:
        yield escaped(rest)


def _listed(lines: Iterator[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
