"""A site with feeds, sitemaps and sections on loopback, and a reader of them with a clock that is set by hand."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from serving import Loopback, Visit

from tracker import config as configuration
from tracker.config import Config
from tracker.sources import Harvest, SourceReader
from tracker.store import Store
from tracker.wiring import World, fetcher_for, source_reader

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

SETTINGS = "[fetch]\nallow_private_addresses = true\nhost_interval_s = 0.0\nrespect_robots = false\n"


@dataclass(frozen=True)
class Served:
    """`etag`: a request that names it is answered with 304."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/xml"
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None


@dataclass
class Site(Loopback):
    """Answers by path, 404 to what it does not have."""

    pages: dict[str, Served] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listen(_Handler)

    def asked_since(self, count: int) -> list[str]:
        return self.asked[count:]


class _Handler(Visit[Site]):
    def answer(self) -> None:
        self.site.asked.append(self.path)
        answer = self.site.pages.get(self.path, Served(b"not here", 404, "text/plain"))
        is_known = answer.etag is not None and self.headers.get("If-None-Match") == answer.etag
        body = b"" if is_known else answer.body
        self.send_response(304 if is_known else answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (*answer.headers, *((("ETag", answer.etag),) if answer.etag else ())):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


# -- documents ---------------------------------------------------------------------------------------------------------


Link = str | tuple[str, datetime]  # with the time of its publication, or of its last change


def feed(links: Iterable[Link], ttl_minutes: int | None = None) -> bytes:
    items = "".join(_item(*([link] if isinstance(link, str) else link)) for link in links)
    ttl = f"<ttl>{ttl_minutes}</ttl>" if ttl_minutes else ""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{ttl}{items}</channel></rss>'.encode()


def _item(url: str, published_at: datetime | None = None) -> str:
    day = f"<pubDate>{published_at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>" if published_at else ""
    return f"<item><title>A story</title><link>{url.replace('&', '&amp;')}</link>{day}</item>"


def sitemap(urls: Iterable[str]) -> bytes:
    items = "".join(f"<url><loc>{url.replace('&', '&amp;')}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'.encode()


def index(urls: Iterable[Link]) -> bytes:
    items = "".join(_sitemap_item(*([url] if isinstance(url, str) else url)) for url in urls)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</sitemapindex>'.encode()


def _sitemap_item(url: str, changed_at: datetime | None = None) -> str:
    changed = f"<lastmod>{changed_at.isoformat()}</lastmod>" if changed_at else ""
    return f"<sitemap><loc>{url}</loc>{changed}</sitemap>"


def gzipped(document: bytes) -> Served:
    return Served(gzip.compress(document), content_type="application/x-gzip")


# -- reading -----------------------------------------------------------------------------------------------------------


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


class NoChance(random.Random):
    def random(self) -> float:
        return 0.0


@dataclass
class Desk:
    """A database, and the reader of its sources. `settings` is what config.toml holds beside those of the kit."""

    folder: Path
    settings: str = ""
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.store = Store.open(self.folder / "tracker.db", create=True)
        self.world = World(now=self.clock, monotonic=self._seconds, random=NoChance())
        self.configure(self.settings)

    def _seconds(self) -> float:
        return (self.clock.at - NOW).total_seconds()

    def configure(self, settings: str) -> None:
        """As at a start with this configuration."""
        self.config: Config = configuration.parse(SETTINGS + settings, source="config.toml", folder=self.folder)
        self.fetcher = fetcher_for(self.config, self.world)
        self.reader: SourceReader = source_reader(self.config, self.store, self.fetcher, self.world)

    def read(self, kind: str, url: str, *, after: timedelta = timedelta()) -> Harvest:
        """One reading, due or not."""
        self.clock.at += after
        return self.reader.read(self.store.add_source(kind, url, self.clock.at))

    def urls(self) -> list[str]:
        return [article.url for article in self.store.articles()]

    def addresses(self) -> list[tuple[int, str, str]]:
        """Article, address, how it was learnt."""
        return self.store._connection.rows(
            "SELECT article_id, url, how_learnt FROM article_urls ORDER BY article_url_id"
        )

    def source_state(self, column: str) -> object:
        """Of the one source that there is."""
        return self.store._connection.value(f"SELECT {column} FROM _source_states")
