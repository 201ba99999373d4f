"""Where articles come from, with the commands that people use: feeds, sitemaps, sections, and what is asked of them."""

from __future__ import annotations

import gzip
import signal
from datetime import UTC, datetime, timedelta

from whole_kit import Answer, Home, LoopbackSite, article, faults_of, printed, wait_for_log, wait_until

from tracker.store import Store

FORMS = ("?utm_source=rss&utm_medium=feed", "/", "", "?fbclid=abc", "#comments")


def story(site: LoopbackSite, number: int, rest: str = "") -> str:
    return site.url(f"/2026/11/23/harbour-story-number-{number}{rest}")


def feed(*links: str) -> Answer:
    items = "".join(f"<item><title>T</title><link>{link.replace('&', '&amp;')}</link></item>" for link in links)
    return Answer(f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>', content_type="text/xml")


def listed(*urls: str, element: str = "urlset") -> bytes:
    inner = "sitemap" if element == "sitemapindex" else "url"
    items = "".join(f"<{inner}><loc>{url}</loc></{inner}>" for url in urls)
    return f'<{element} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</{element}>'.encode()


def gzipped(document: bytes) -> Answer:
    return Answer(gzip.compress(document), content_type="application/x-gzip")


def tracked(home: Home) -> list[str]:
    with Store.open(home.database, read_only=True) as store:
        return [article.url for article in store.articles()]


def configured(home: Home, text: str) -> None:
    home.configure()
    file = home.folder / "config.toml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


def test_one_article_in_five_forms_is_one(home: Home, site: LoopbackSite) -> None:
    home.configure()
    site.pages["/feed"] = feed(*(story(site, number, form) for number in (1, 2) for form in FORMS))
    result = home("add", "--feed", site.url("/feed"))
    # Without its fragment, which is never sent, one form is the same as another.
    assert (result.status, result.err) == (0, f"{site.url('/feed')}: 2 new articles, 6 known already.\n")
    assert tracked(home) == [story(site, 1), story(site, 2)]
    assert home("add", "--feed", site.url("/feed")).err.endswith("0 new articles, 8 known already.\n")
    site.pages["/2026/11/23/harbour-story-number-1"] = article("Harbour closed")
    site.pages["/2026/11/23/harbour-story-number-2"] = article("Harbour open")
    assert home("check").status == 0
    for form in FORMS:
        assert home("show", story(site, 1, form)).out.startswith("Harbour closed")
    assert faults_of(home.database) == []


def test_who_adds_a_known_article_is_told_where_it_is(home: Home, site: LoopbackSite) -> None:
    home.configure()
    first = home("add", story(site, 1, "?utm_source=mail"))
    assert first.err == (
        f"1 new article.\n{story(site, 1, '?utm_source=mail')} is tracked as {story(site, 1)} (article 1).\n"
    )
    again = home("add", story(site, 1), story(site, 1, "/"), story(site, 2))
    assert again.err == (
        f"1 new article, 2 known already.\n{story(site, 1, '/')} is known already as {story(site, 1)} (article 1).\n"
    )
    assert tracked(home) == [story(site, 1), story(site, 2)]


def test_wishes_in_the_configuration_are_heard(home: Home, site: LoopbackSite) -> None:
    links = [story(site, number) for number in range(6)] + [site.url("/live/2026/ticker"), site.url("/sport/quiz")]
    site.pages["/feed"] = feed(*links)
    configured(
        home,
        f'[[sources]]\nfeed = "{site.url("/feed")}"\nexclude = ["/live/", "quiz$"]\nmax_new_per_day = 4\n'
        "follow_days = 2\nheadline_only = true",
    )
    result = home("add", "--feed", site.url("/feed"))
    assert result.err == (
        f"{site.url('/feed')}: 4 new articles.\n"
        "Not tracked: 2 left out by include and exclude, 2 held back by max_new_per_day.\n"
    )
    assert tracked(home) == links[:4]
    with Store.open(home.database, read_only=True) as store:
        known = store.known([1])[1]
    assert known.is_headline_only
    assert known.follow_until is not None
    assert timedelta(days=1.9) < known.follow_until - datetime.now(UTC) < timedelta(days=2)


def test_of_some_articles_only_the_headline_is_tracked(home: Home, site: LoopbackSite) -> None:
    site.pages["/feed"] = feed(story(site, 1))
    configured(home, f'[[sources]]\nfeed = "{site.url("/feed")}"\nheadline_only = true')
    assert home("add", "--feed", site.url("/feed")).status == 0
    path = "/2026/11/23/harbour-story-number-1"
    for headline, gaps in (("Harbour closed", 12), ("Harbour closed", 15), ("Harbour open", 15)):
        site.pages[path] = article(headline, gaps)
        assert home("check", "--all").status == 0
    with Store.open(home.database, read_only=True) as store:
        assert [revision.extract.headline for revision in store.revisions(1)] == ["Harbour closed", "Harbour open"]
        assert [revision.extract.paragraphs for revision in store.revisions(1)] == [(), ()]
        assert {change.change.field.value for change in store.changes()} == {"headline"}
    # Who wants the text too gets it, and is told of no edit for that.
    assert home("add", story(site, 1)).status == 0
    for gaps in (15, 18):
        site.pages[path] = article("Harbour open", gaps)
        assert home("check", "1").status == 0
    with Store.open(home.database, read_only=True) as store:
        changes = [(change.change.field.value, change.change.after) for change in store.changes()]
        assert changes[-1:] == [("body", "18")]
        assert [field for field, _ in changes] == ["headline", "body"]
    assert faults_of(home.database) == []


def test_what_others_printed_under_another_form_is_the_same_article(home: Home) -> None:
    home.configure()
    url = "https://www.example.com/2026/11/23/harbour-story-number-1"
    for number, form in enumerate((url, f"{url}?utm_source=x")):
        home.write(f"{number}.txt", printed("Harbour closed", form, 12 + number, index=number, total=2))
    assert home("import", "newsdiffs", "0.txt", "1.txt").status == 0
    assert "revision" not in home("import", "newsdiffs", "0.txt", "1.txt").err
    assert tracked(home) == [url]
    assert faults_of(home.database) == []


def test_wishes_that_make_no_sense_are_told_with_their_path(home: Home) -> None:
    configured(
        home,
        '[[sources]]\nfeed = "https://a.example/rss"\nexclude = [""]\nmax_new_per_day = -1\n'
        '[[sources]]\npage = "https://a.example/"\nfollow_days = 0\nmin_interval_s = 1\ninclud = ["x"]\ninclude = "x"',
    )
    result = home("list")
    assert result.status == 2
    for fault in (
        "sources[1].exclude[1]: an empty piece stands in every URL",
        "sources[1].max_new_per_day: input should be greater than or equal to 0",
        "sources[2].follow_days: input should be greater than 0",
        "sources[2].min_interval_s: input should be greater than or equal to 60",
        "sources[2].includ: no such key; did you mean include?",
        "sources[2].include: a list is wanted",
    ):
        assert fault in result.err
    configured(home, '[[sources]]\nfeed = "https://a.example/rss"\n' * 2)
    assert "sources: feed = https://a.example/rss is named twice" in home("list").err


def test_a_sitemap_index_and_a_section_page(home: Home, site: LoopbackSite) -> None:
    home.configure()
    site.pages |= {
        "/sitemap.xml.gz": gzipped(listed(site.url("/news.xml.gz"), site.url("/more.xml"), element="sitemapindex")),
        "/news.xml.gz": gzipped(listed(*(story(site, number) for number in range(3)))),
        "/more.xml": Answer(listed(story(site, 3)), content_type="text/xml"),
    }
    assert "4 new articles" in home("add", "--sitemap", site.url("/sitemap.xml.gz")).err
    teasers = "".join(
        f'<article><h2><a href="{story(site, number)}">The harbour story with the number {number}</a></h2>'
        f"<p>What the harbour master said about it, in a few words.</p></article>"
        for number in range(8)
    )
    navigation = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in ("news", "sport", "about", "contact"))
    site.pages["/news/"] = Answer(f"<html><body><nav><ul>{navigation}</ul></nav><main>{teasers}</main></body></html>")
    result = home("add", "--page", site.url("/news/"))
    assert result.err == f"{site.url('/news/')}: 4 new articles, 4 known already.\n"
    assert sorted(tracked(home)) == [story(site, number) for number in range(8)]


def test_the_daemon_reads_configured_sources_and_follows_what_left_them(home: Home, site: LoopbackSite) -> None:
    site.pages["/feed"] = feed(story(site, 1, "?utm_source=rss"))
    site.pages["/2026/11/23/harbour-story-number-1"] = article("Harbour closed")
    configured(home, f'[[sources]]\nfeed = "{site.url("/feed")}"')
    first = home.start("run")
    wait_for_log(first, "source read")
    site.wait_for("/2026/11/23/harbour-story-number-1")
    wait_until(lambda: home("show", "1").status == 0)
    first.send(signal.SIGTERM)
    assert first.wait().status == 0
    site.pages["/feed"] = feed(story(site, 2))
    assert home("add", "--feed", site.url("/feed")).status == 0
    site.pages["/2026/11/23/harbour-story-number-1"] = article("Harbour closed for good")
    assert home("check", "--all").status == 0
    assert home("show", "1").out.startswith("Harbour closed for good")


def test_a_host_that_wants_to_be_left_alone_is_also_after_a_restart(home: Home, site: LoopbackSite) -> None:
    home.configure()
    site.pages["/2026/11/23/harbour-story-number-1"] = Answer("slow down", 429, headers=(("Retry-After", "3600"),))
    assert home("add", story(site, 1), story(site, 2)).status == 0
    assert home("check").status == 0
    asked = list(site.asked)
    assert "/2026/11/23/harbour-story-number-1" in asked
    assert home("add", story(site, 3)).status == 0
    assert "Nothing is due." in home("check").err
    assert "wants to be left alone until" in home("check", story(site, 3)).out
    assert site.asked == asked
    with Store.open(home.database, read_only=True) as store:
        (held,) = store.health(datetime.now(UTC)).held_hosts
        assert held.host in site.url()
        assert timedelta(minutes=50) < held.held_until - datetime.now(UTC) <= timedelta(hours=1)
        assert {check.outcome.value for number in (2, 3) for check in store.checks(number)} == {"blocked"}


def test_a_backup_is_noted(home: Home, site: LoopbackSite) -> None:
    home.configure()
    assert home("add", story(site, 1)).status == 0
    assert home("backup", "copy.db").status == 0
    with Store.open(home.database, read_only=True) as store:
        assert store.last_backup_at is not None
        assert datetime.now(UTC) - store.last_backup_at < timedelta(minutes=5)
