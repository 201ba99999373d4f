"""Every command's good way, on prints of our own and on a tiny site: what a person or a program gets to see."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from diff_match_patch import diff_match_patch
from whole_kit import (
    HEADLINE,
    SECOND_HEADLINE,
    URL,
    Answer,
    Home,
    LoopbackSite,
    article,
    digest_of_rows,
    faults_of,
    paragraphs,
    printed,
)

from tracker.model import Kind, State
from tracker.store import Store


def unwrapped(text: str) -> str:
    """Where lines end depends on how long a port's number is."""
    return " ".join(text.split())


# -- beginning ---------------------------------------------------------------------------------------------------------


def test_init_makes_a_folder_ready_to_run(home: Home) -> None:
    result = home("init", "watch", "--contact", "mailto:press@example.com")
    assert (result.status, result.out) == (0, "")
    assert 'contact = "mailto:press@example.com"' in (home.folder / "watch" / "config.toml").read_text()
    watch = Home(home.folder / "watch", home.launcher)
    assert faults_of(watch.database) == []
    assert watch("list").status == 0
    assert watch("verify").status == 0
    assert watch("check").status == 0


def test_a_newcomers_first_article(home: Home, site: LoopbackSite) -> None:
    site.pages["/story"] = article(HEADLINE)
    home.configure()
    assert "1 new article" in home("add", site.url("/story")).err
    assert "1 known already" in home("add", site.url("/story#comments")).err
    first = home("check")
    assert first.status == 0
    assert "first seen" in first.out
    assert site.url("/story") in first.out
    site.pages["/story"] = article(HEADLINE, 15)
    second = home("check", "story")
    assert second.status == 0
    assert "number" in second.out
    assert "[-12-] {+15+}" in unwrapped(second.out)
    assert "[-12-] {+15+}" in unwrapped(home("diff", "story").out)
    assert "[-12-] {+15+}" in unwrapped(home("report").out)
    third = home("check", "--all")
    assert third.status == 0
    assert "1 unchanged" in third.err
    assert home("check").err == "Nothing is due.\n"
    assert faults_of(home.database) == []


def test_add_takes_lists(home: Home) -> None:
    home.configure()
    home.write("plain.txt", "# ours\nhttps://www.example.com/a\n\nhttps://www.example.com/b\r\n")
    home.write("table.csv", 'url,section\nhttps://www.example.com/c,"a, b"\nhttps://www.example.com/a,x\n')
    result = home("add", "--file", "plain.txt", "--file", "table.csv", "https://www.example.com/d")
    assert result.status == 0
    assert "4 new articles" in result.err
    urls = sorted(row["url"] for row in json.loads(home("list", "--format", "json").out))
    assert urls == [f"https://www.example.com/{name}" for name in "abcd"]


def test_add_reads_a_feed_a_sitemap_and_a_page(home: Home, site: LoopbackSite) -> None:
    now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    item = f"<item><title>Closed</title><link>{site.url('/2026/11/23/closed')}</link><pubDate>{now}</pubDate></item>"
    site.pages["/feed"] = Answer(
        f'<rss version="2.0"><channel><title>Port Ellin</title>{item}</channel></rss>',
        content_type="application/rss+xml",
    )
    site.pages["/sitemap.xml"] = Answer(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{site.url('/2026/11/23/lamp-put-up')}</loc></url></urlset>",
        content_type="application/xml",
    )
    links = "".join(
        f'<li><a href="/2026/11/23/{slug}">A headline of some length about {slug}</a></li>'
        for slug in ("stone-arrives-by-barge", "divers-count-the-gaps", "mooring-fees-to-rise")
    )
    site.pages["/"] = Answer(f"<html><body><main><ul>{links}</ul></main></body></html>")
    home.configure()
    for option, path, count in (("--feed", "/feed", 1), ("--sitemap", "/sitemap.xml", 1), ("--page", "/", 3)):
        result = home("add", option, site.url(path))
        assert result.status == 0, result.err
        assert f"{count} new article" in result.err
    rows = json.loads(home("list", "--format", "json").out)
    assert len(rows) == 5
    assert {row["state"] for row in rows} == {"new"}


# -- looking things up -------------------------------------------------------------------------------------------------


def test_list(revised: Home) -> None:
    rows = json.loads(revised("list", "--format", "json").out)
    assert [(row["url"], row["revision_count"], row["state"]) for row in rows] == [
        (URL, 2, "live"),
        ("https://news.example.org/lamp", 1, "live"),
    ]
    with sqlite3.connect(revised.database) as connection:
        columns = [column[0] for column in connection.execute("SELECT * FROM articles_status").description]
    connection.close()
    assert set(rows[0]) <= set(columns)
    assert [
        row["article_id"] for row in json.loads(revised("list", "--host", "news.example.org", "--format", "json").out)
    ] == [2]
    assert revised("list", "--state", "gone", "--format", "json").out == "[]\n"
    terminal = revised("list").out
    assert SECOND_HEADLINE[:10] in terminal
    assert URL.rpartition("/")[0] in terminal
    assert all(revised("list", "--state", state.value).status == 0 for state in State)


def test_a_host_may_be_named_without_its_port(home: Home, site: LoopbackSite) -> None:
    home.configure()
    urls = [site.url(f"/story-{'long-' * 30}{n}") for n in range(2)]
    assert home("add", *urls, "https://www.example.com/elsewhere").status == 0
    listed = home("list", "--host", "127.0.0.1")
    assert listed.out.count("/story-long-") == 2
    assert "elsewhere" not in listed.out
    assert len(json.loads(home("list", "--host", site.host, "--format", "json").out)) == 2
    assert home("add", "http://127.0.0.1:1/other").status == 0
    several = home("list", "--host", "127.0.0.1")
    assert (several.status, several.sentence.count("127.0.0.1:")) == (2, 2)
    assert len(json.loads(home("list", "--host", "127.0.0.1:1", "--format", "json").out)) == 1


def test_the_folder_that_a_configuration_names_is_made(home: Home) -> None:
    home.write("config.toml", '[database]\npath = "deep/down/tracker.db"\n')
    assert home("add", URL).status == 0
    assert (home.folder / "deep" / "down" / "tracker.db").is_file()


def test_status_and_log(revised: Home) -> None:
    status = revised("status")
    assert status.status == 0
    assert "2 live" in status.out
    assert "3 revisions" in status.out
    log = revised("log", "breakwater", "--utc")
    assert log.status == 0
    assert URL in log.out
    assert "revision 1, first seen" in log.out
    assert "revision 2, changed" in log.out
    assert HEADLINE in log.out
    assert SECOND_HEADLINE in log.out
    assert "UTC" in log.out


def test_log_tells_every_absence(home: Home, site: LoopbackSite) -> None:
    home.configure()
    home("add", site.url("/story"))
    wall = Answer("<h1>Forbidden</h1>", 403)
    moved = Answer("", 301, headers=(("Location", "/new-home"),))
    site.pages["/new-home"] = article(HEADLINE)
    there = article(HEADLINE)
    for page in (there, Answer("gone", 410), there, wall, Answer("oops", 500), there, moved, moved):
        site.pages["/story"] = page
        home("check", "1")
    result = home("log", "1")
    lines = re.findall(r"^ +\d\d:\d\d(?:–\d\d:\d\d)? +(.*)$", result.out, re.MULTILINE)
    told = [re.sub(r"^back after \d+ s", "back", line) for line in lines]
    assert told[:6] == [
        "revision 1, first seen",
        "gone, HTTP 410",
        "back, unchanged",
        "blocked, HTTP 403",
        "failed, HTTP 500",
        "back, unchanged",
    ]
    assert told[6].startswith("moved")
    assert told[7].endswith("unchanged")
    assert len(told) == 8
    assert site.url("/new-home") in result.out.replace("\n", "")
    assert home("show", site.url("/new-home")).status == 0
    assert [row["state"] for row in json.loads(home("list", "--format", "json").out)] == ["live"]


def test_show_in_every_form(revised: Home) -> None:
    text = revised("show", "1").out
    assert SECOND_HEADLINE in text
    assert " ".join(paragraphs(15)[1].split()) in " ".join(text.split())
    assert HEADLINE in revised("show", "1", "--revision", "1").out
    row = json.loads(revised("show", URL, "--format", "json").out)
    assert (row["url"], row["number"], row["headline"]) == (URL, 2, SECOND_HEADLINE)
    assert row["body_text"] == "\n\n".join(paragraphs(15))
    page = revised("show", "1", "--format", "html").out
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert SECOND_HEADLINE in page
    assert revised("show", "1", "--format", "newsdiffs").out == printed(SECOND_HEADLINE, URL, 15, index=1, total=2)
    first = revised("show", "1", "--revision", "1", "--format", "newsdiffs").out
    assert first == printed(HEADLINE, URL, 12, index=0, total=2)


def test_diff_in_every_form(revised: Home) -> None:
    terminal = revised("diff", "breakwater").out
    assert "[-12-] {+15+}" in unwrapped(terminal)
    assert max(map(len, terminal.splitlines())) <= 80
    assert "15" in revised("diff", "1", "1", "2", "--format", "markdown").out
    assert "<ins" in revised("diff", "1", "--format", "html").out
    form = json.loads(revised("diff", "1", "--format", "json").out)
    assert {(change["kind"], change["field"]) for change in form["changes"]} >= {("number", "body")}
    delta = revised("diff", "1", "--format", "delta").out
    assert delta.endswith("\n")
    old, new = ("\n\n".join(paragraphs(gaps)) for gaps in (12, 15))
    engine = diff_match_patch()
    assert engine.diff_text2(engine.diff_fromDelta(old, delta.rstrip("\n"))) == new


def test_diff_also_backwards_and_between_any_two(revised: Home) -> None:
    backwards = revised("diff", "1", "2", "1")
    assert backwards.status == 0
    assert "[-15-] {+12+}" in unwrapped(backwards.out)


def test_report_in_every_form_with_filters(revised: Home) -> None:
    rows = json.loads(revised("report", "--format", "json").out)
    assert {row["field"] for row in rows} == {"body", "headline"}
    assert {row["url"] for row in rows} == {URL}
    numbers = json.loads(revised("report", "--kind", "number", "--format", "json").out)
    assert [(row["before"], row["after"], row["from_number"], row["to_number"]) for row in numbers] == [
        ("12", "15", 1, 2)
    ]
    only = csv.DictReader(io.StringIO(revised("report", "--kind", "number,spelling", "--format", "csv").out))
    assert [row["after"] for row in only] == ["15"]
    assert {row["field"] for row in json.loads(revised("report", "--field", "headline", "--format", "json").out)} == {
        "headline"
    }
    assert revised("report", "--host", "news.example.org", "--format", "json").out == "[]\n"
    assert revised("report", "--until", "1h", "--since", "2h", "--format", "json").out == "[]\n"
    assert "[-12-] {+15+}" in unwrapped(revised("report").out)
    assert "15" in revised("report", "--format", "markdown").out
    assert revised("report", "--format", "html").out.lstrip().lower().startswith("<!doctype html>")
    empty = revised("report", "--kind", "negation")
    assert (empty.status, empty.out, empty.err) == (0, "", "No change seen in that time.\n")
    assert all(
        revised("report", "--kind", kind.value, "--format", "csv").status == 0 for kind in (Kind.MOVED, Kind.NAME)
    )


# -- in and out --------------------------------------------------------------------------------------------------------


def test_importing_twice_changes_nothing(revised: Home) -> None:
    before = digest_of_rows(revised.database)
    again = revised("import", "newsdiffs", "chain.txt", "other.txt")
    assert again.status == 0
    assert again.err.count("known already") == 3
    assert digest_of_rows(revised.database) == before


def test_export(revised: Home) -> None:
    changes = list(csv.DictReader(io.StringIO(revised("export", "csv").out)))
    assert ("12", "15") in {(row["before"], row["after"]) for row in changes}
    lines = [json.loads(line) for line in revised("export", "jsonl", "--table", "revisions").out.splitlines()]
    assert [(line["url"], line["number"]) for line in lines] == [
        (URL, 1),
        (URL, 2),
        ("https://news.example.org/lamp", 1),
    ]
    articles = [json.loads(line) for line in revised("export", "jsonl", "--table", "articles").out.splitlines()]
    assert articles == json.loads(revised("list", "--format", "json").out)
    assert revised("export", "newsdiffs", "1").out == (revised.folder / "chain.txt").read_text()
    assert revised("export", "csv", "lamp").out.count("\n") == 1
    written = revised("export", "jsonl", "1", "--output", "changes.jsonl")
    assert (written.status, written.out) == (0, "")
    assert (revised.folder / "changes.jsonl").read_text() == revised("export", "jsonl", "1").out


def test_what_was_exported_can_be_imported_elsewhere(revised: Home) -> None:
    revised("export", "newsdiffs", "--output", "all.txt")
    result = revised("--database", "copy.db", "import", "newsdiffs", "all.txt")
    assert result.status == 0
    columns = ("url", "number", "headline", "body_text")
    first, second = (
        [
            {column: json.loads(line)[column] for column in columns}
            for line in revised(*options, "export", "jsonl", "--table", "revisions").out.splitlines()
        ]
        for options in ((), ("--database", "copy.db"))
    )
    assert first == second


# -- care --------------------------------------------------------------------------------------------------------------


def test_backup_is_a_whole_copy(revised: Home) -> None:
    result = revised("backup", "copy.db")
    assert (result.status, result.out) == (0, "")
    assert faults_of(revised.folder / "copy.db") == []
    assert revised("--database", "copy.db", "list").out == revised("list").out


def test_verify_names_the_row_with_a_flipped_byte(revised: Home) -> None:
    whole = revised("verify")
    assert (whole.status, whole.out) == (0, "")
    assert re.match(r"Nothing is wrong\. The chains end in [0-9a-f]{64};", whole.err)
    with sqlite3.connect(revised.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (paragraph_id,) = connection.execute(
            "SELECT paragraph_id FROM paragraphs WHERE text LIKE 'Divers%7 gaps%'"
        ).fetchone()
    connection.close()
    content = revised.database.read_bytes()
    assert content.count(b"found 7 gaps") == 1
    revised.database.write_bytes(content.replace(b"found 7 gaps", b"found 9 gaps"))
    result = revised("verify")
    assert result.status == 1
    assert f"paragraphs {paragraph_id}" in result.out
    assert "SHA-256" in result.out
    assert "restore a backup" in result.err


# -- the print that this began with ------------------------------------------------------------------------------------


def test_the_seed_comes_back_as_it_was_and_its_correction_is_one_change(home: Home, shared_data: Path) -> None:
    seed = shared_data / "seed" / "russia-proposes-talks.txt"
    home.configure()
    assert home("import", "newsdiffs", seed).status == 0
    assert home("show", "1", "--format", "newsdiffs").out.encode() == seed.read_bytes()
    assert home("export", "newsdiffs").out.encode() == seed.read_bytes()
    corrected = home.write("corrected.txt", seed.read_bytes().replace(b"Lakatia", b"Latakia"))
    for _ in range(2):
        assert home("import", "newsdiffs", corrected).status == 0
        assert home("import", "newsdiffs", seed).status == 0
        rows = json.loads(home("report", "--format", "json").out)
        assert [(row["kind"], row["field"], row["before"], row["after"]) for row in rows] == [
            ("spelling", "body", "Lakatia", "Latakia")
        ]
    with Store.open(home.database, read_only=True) as store:
        assert [article.revision_count for article in store.articles()] == [2]
    assert faults_of(home.database) == []
