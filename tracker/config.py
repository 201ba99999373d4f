"""config.toml -> Config. Every key has a default; every fault is reported at once, with its path.

The classes below are the one table of settings: names, defaults, bounds and help. The commented file that
`tracker init` writes, the checks and the documentation are all made from it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import cssselect
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tracker.channels.settings import NotifySettings
from tracker.errors import BadURL, ConfigError
from tracker.listening import Address, parse_address
from tracker.model import Field as ArticleField
from tracker.model import Kind
from tracker.urls import canonical_url

FILE_NAME = "config.toml"
ENVIRONMENT_VARIABLE = "TRACKER_CONFIG"

_SCHEDULER = re.compile(r"(?:tcp|tls)://(?:\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}")
_SOURCE_KINDS = ("feed", "sitemap", "page")


def _web_address(value: str) -> str:
    try:
        return canonical_url(value)
    except BadURL as error:
        raise ValueError(str(error)) from None


def _selector(value: str) -> str:
    try:
        cssselect.parse(value)
    except cssselect.SelectorError as error:
        raise ValueError(f"{value!r} is not a CSS selector: {error}") from None
    return value


def _timezone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        near = difflib.get_close_matches(value, zoneinfo.available_timezones(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ", such as Europe/Berlin"
        raise ValueError(f"{value!r} is not the name of a time zone{hint}")
    return value


def _url_piece(value: str) -> str:
    if not value.strip().strip("$"):
        raise ValueError("an empty piece stands in every URL; say what is to stand there, such as /live/")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
UrlPiece = Annotated[str, AfterValidator(_url_piece)]
Selector = Annotated[str, AfterValidator(_selector)]
TimeZone = Annotated[str, AfterValidator(_timezone)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DatabaseSettings(_Section):
    """Where what was seen is kept."""

    path: str = Field(default="db/tracker.db", min_length=1, description="relative to this file")
    keep_captures_days: int = Field(
        default=0, ge=0, le=36_500, description="pages as sent are dropped after so long; 0: never; text always stays"
    )
    max_captures_bytes: int = Field(
        default=0, ge=0, description="compressed; beyond it the oldest pages as sent are dropped; 0: no limit"
    )
    fold_checks_after_days: int = Field(
        default=90, ge=0, le=36_500, description="looks that found nothing new become one row after so long; 0: never"
    )


class FetchSettings(_Section):
    """How pages are asked for."""

    contact: str = Field(
        default="",
        pattern=r"^[\x20-\x7e]*$",
        description="URL or mail address put into the user agent, so that a site can reach you",
    )
    deadline_s: float = Field(
        default=30.0, gt=0, le=600, description="from the first byte sent to the last byte read, redirects included"
    )
    max_body_bytes: int = Field(
        default=5_000_000, ge=1_000, le=1_000_000_000, description="decoded; a longer page is not read"
    )
    respect_robots: bool = Field(default=True, description="do not look where a site's robots.txt asks us not to")
    host_interval_s: float = Field(
        default=2.0, ge=0, le=86_400, description="pause between two requests to one host; a longer Crawl-delay wins"
    )
    allow_private_addresses: bool = Field(default=False, description="true for tests and intranets only")


class ScheduleSettings(_Section):
    """When articles are looked at again."""

    workers: int = Field(default=16, ge=1, le=10_000, description="hosts looked at side by side")
    requests_per_day: int = Field(default=20_000, ge=1, description="the budget that all articles share")
    min_interval_s: float = Field(
        default=300, ge=1, le=31_536_000, description="never look at an article again sooner than this"
    )
    max_interval_s: float = Field(default=2_592_000, ge=1, le=31_536_000, description="nor later than this")

    @field_validator("max_interval_s")
    @classmethod
    def _ordered(cls, value: float, known: ValidationInfo) -> float:
        if value < known.data.get("min_interval_s", value):
            raise ValueError("it is smaller than min_interval_s; make it the larger of the two")
        return value


class ExecutorSettings(_Section):
    """Where looks run."""

    kind: Literal["threads", "dask"] = Field(
        default="threads", description='"threads" here, or "dask" with a scheduler'
    )
    scheduler: str = Field(
        default="", validate_default=True, description='"tcp://host:8786", or "tls://...", for kind "dask" only'
    )
    tls_ca: str = Field(
        default="",
        validate_default=True,
        description="PEM file, relative to this file, as the two below: who signed the rest",
    )
    tls_cert: str = Field(
        default="", validate_default=True, description="this machine's own, which the cluster asks for"
    )
    tls_key: str = Field(default="", validate_default=True, description="its private key")

    @field_validator("scheduler")
    @classmethod
    def _scheduler_named(cls, value: str, known: ValidationInfo) -> str:
        if known.data.get("kind") == "dask" and not value:
            raise ValueError('kind "dask" needs one, such as "tcp://localhost:8786"')
        if value and not _SCHEDULER.fullmatch(value):
            raise ValueError(f'{value!r} is no scheduler\'s address; write it like "tcp://localhost:8786"')
        return value

    @field_validator("tls_ca", "tls_cert", "tls_key")
    @classmethod
    def _tls_whole(cls, value: str, known: ValidationInfo) -> str:
        """All three or none: a cluster either proves who it is, both ways, or does not."""
        scheduler = known.data.get("scheduler", "")
        if scheduler.startswith("tls:") and not value:
            raise ValueError('a scheduler at "tls://..." needs it')
        if value and not scheduler.startswith("tls:") and "scheduler" in known.data:
            raise ValueError('it is used for a scheduler at "tls://..." only')
        return value

    def relative_to(self, folder: Path) -> ExecutorSettings:
        """With absolute paths."""
        named = {name: getattr(self, name) for name in ("tls_ca", "tls_cert", "tls_key")}
        return self.model_copy(update={name: str(folder / path) for name, path in named.items() if path})


class HealthSettings(_Section):
    """Where the daemon tells how it does, over HTTP: /health as JSON, /metrics for Prometheus."""

    listen: str = Field(default="", description='"9178" (this machine only) or "127.0.0.1:9178"; empty: nowhere')

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            parse_address(value)
        return value

    @property
    def address(self) -> Address | None:
        """None: nowhere."""
        return parse_address(self.listen) if self.listen else None


class SourceSettings(_Section):
    """Where new articles come from: exactly one of feed, sitemap and page, and what is asked of it."""

    feed: WebAddress | None = None
    sitemap: WebAddress | None = None
    page: WebAddress | None = None
    include: tuple[UrlPiece, ...] = Field(
        default=(),
        strict=False,
        description="only URLs that hold one of these pieces; * and a final $ as in robots.txt",
    )
    exclude: tuple[UrlPiece, ...] = Field(default=(), strict=False, description="no URL that holds one of these pieces")
    max_new_per_day: int | None = Field(default=None, ge=0, description="the newest are taken first")
    headline_only: bool = Field(default=False, description="track headlines, and not the text below them")
    follow_days: float | None = Field(
        default=None, gt=0, le=3_650, description="look at an article for so many days after it appeared"
    )
    min_interval_s: float | None = Field(
        default=None, ge=60, le=86_400, description="never read this source again sooner than this"
    )

    @property
    def address(self) -> tuple[str, str]:
        """feed, sitemap or page, and its URL."""
        return next((kind, url) for kind in _SOURCE_KINDS if (url := getattr(self, kind)) is not None)

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(value is not None for value in (self.feed, self.sitemap, self.page)) != 1:
            raise ValueError("name exactly one of feed, sitemap, page")
        return self


class SiteSettings(_Section):
    """Rules for one host, as data. Needed by few: the extraction is generic."""

    host: str = Field(min_length=1)
    remove: tuple[Selector, ...] = Field(
        default=(), strict=False, description="CSS selectors of what is no part of the article"
    )
    body: Selector | None = Field(default=None, description="CSS selector of the article's text")
    headline: Selector | None = Field(default=None, description="CSS selector")
    byline: Selector | None = Field(default=None, description="CSS selector")
    timezone: TimeZone | None = Field(default=None, description="of times that name none, such as Europe/Berlin")
    host_interval_s: float | None = Field(default=None, ge=0, le=86_400)
    live_pages: bool = Field(default=False, description="track liveblogs and tickers like articles")
    keep_cookies: bool = Field(default=False, description="keep cookies from one article of this host to the next")


class Config(_Section):
    """The whole of config.toml. After `load`, `database.path` is absolute."""

    database: DatabaseSettings = DatabaseSettings()
    fetch: FetchSettings = FetchSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    executor: ExecutorSettings = ExecutorSettings()
    health: HealthSettings = HealthSettings()
    sources: tuple[SourceSettings, ...] = Field(default=(), strict=False)
    sites: tuple[SiteSettings, ...] = Field(default=(), strict=False)
    notify: tuple[NotifySettings, ...] = Field(default=(), strict=False)

    @field_validator("sources")
    @classmethod
    def _each_once(cls, value: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        """One of two would be obeyed, and nobody could tell which."""
        addresses = [source.address for source in value]
        for index, address in enumerate(addresses):
            if address in addresses[:index]:
                raise ValueError(f"{' = '.join(address)} is named twice; keep one of the two")
        return value

    @field_validator("notify")
    @classmethod
    def _told_apart(cls, value: tuple[NotifySettings, ...]) -> tuple[NotifySettings, ...]:
        """What waits for a channel is kept under its name, and `status` knows it by nothing else."""
        names = [each.channel for each in value]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise ValueError(f"two channels are called {name!r}; give one of them a name of its own")
        return value

    @property
    def database_path(self) -> Path:
        return Path(self.database.path)

    def with_database(self, path: Path) -> Config:
        return self.model_copy(update={"database": self.database.model_copy(update={"path": str(path.absolute())})})


# -- reading -----------------------------------------------------------------------------------------------------------


def load(path: Path) -> Config:
    """The configuration in a file. Raises ConfigError with every fault, also for one that is not there or not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), [f"it cannot be read: {_plain(error)}"]) from None
    return parse(text, source=str(path), folder=path.absolute().parent)


def parse(text: str, *, source: str, folder: Path) -> Config:
    """The configuration in a text; relative paths start at `folder`."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, [f"it is not TOML: {error}"]) from None
    try:
        config = Config.model_validate(given)
    except ValidationError as error:
        raise ConfigError(source, [_fault(details) for details in error.errors()]) from None
    config = config.model_copy(update={"executor": config.executor.relative_to(folder)})
    return config.with_database(folder / config.database.path)


def find(explicit: Path | None, environment: Mapping[str, str], folder: Path, user_folder: Path) -> Path | None:
    """Which file to read: the one asked for, TRACKER_CONFIG's, the nearest upward, the user's own. None: no file."""
    if explicit is not None:
        return explicit
    if named := environment.get(ENVIRONMENT_VARIABLE):
        return Path(named)
    candidates = [place / FILE_NAME for place in (folder, *folder.parents, user_folder)]
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _plain(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"


# -- faults ------------------------------------------------------------------------------------------------------------


def _fault(details: ErrorDetails) -> str:
    location = details["loc"]
    path = _path(location)
    if details["type"] == "extra_forbidden":
        return f"{path}: no such key{_nearest(location)}"
    message = details["msg"].removeprefix("Value error, ")
    if details["type"] == "tuple_type":
        message = 'a list is wanted, such as ["..."]'
    if details["type"] == "enum":
        message = _unknown_word(location, str(details["input"]))
    return f"{path}: {message[:1].lower()}{message[1:]}"


def _unknown_word(location: tuple[int | str, ...], word: str) -> str:
    """A word that is not in the closed list of its key."""
    if "fields" in location:
        return f"{word!r} is no field of an article{_near_word(word, [*ArticleField])}"
    return f"{word!r} is no kind of change{_near_word(word, [*Kind])}"


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _nearest(location: tuple[int | str, ...]) -> str:
    section: type[BaseModel] = Config
    for step in location[:-1]:
        if isinstance(step, str):
            section = _section_in(section.model_fields[step])
    return _near_word(str(location[-1]), list(section.model_fields))


def _near_word(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


def _section_in(field: FieldInfo) -> type[BaseModel]:
    annotation = field.annotation
    candidates = [annotation, *get_args(annotation)]
    return next(found for found in candidates if isinstance(found, type) and issubclass(found, BaseModel))


# -- writing -----------------------------------------------------------------------------------------------------------

_EXAMPLES: dict[str, str] = {
    "sources": """\
[[sources]]
feed = "https://www.example.com/rss.xml"       # or: sitemap = "...", page = "..."
exclude = ["/live/", "-quiz$"]  # no URL that holds one of these pieces; * and a final $ as in robots.txt
# also: include (only such URLs), max_new_per_day, headline_only, follow_days, min_interval_s
""",
    "sites": """\
[[sites]]
host = "www.example.com"
remove = [".promo"]     # also: body, headline, byline, timezone, host_interval_s, live_pages, keep_cookies
""",
    "notify": """\
[[notify]]
url = "mailto://..."    # or: https://... (a webhook), smtp://host?from=...&to=...; see docs/notices.md
kinds = ["number", "notice_removed"]
# also: name, hosts, fields, min_confidence, digest ("hourly", "daily 08:00"), secret, title, template
""",
}


def commented(contact: str = "") -> str:
    """A config.toml with every key at its default, each explained."""
    lines = ["# What the tracker reads at its start. Every key may be left out: the value shown is then used.", ""]
    for name, field in Config.model_fields.items():
        lines += [*(_example(name, field) if name in _EXAMPLES else _written_section(name, field, contact)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _written_section(name: str, field: FieldInfo, contact: str) -> Iterator[str]:
    section = _section_in(field)
    yield f"# {_first_line(section)}"
    yield f"[{name}]"
    for key, setting in section.model_fields.items():
        value = contact if key == "contact" else setting.default
        written = f"{key} = {_toml(value)}"
        yield f"{written:<35} # {setting.description}"


def _example(name: str, field: FieldInfo) -> Iterator[str]:
    yield f"# {_first_line(_section_in(field))}"
    yield from (f"# {line}" for line in _EXAMPLES[name].splitlines())


def _first_line(section: type[BaseModel]) -> str:
    return (section.__doc__ or "").partition("\n")[0]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:_}"
    if isinstance(value, float):
        return str(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
