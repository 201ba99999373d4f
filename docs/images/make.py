"""The pictures of the pages, made again from the demo's database.

    python docs/images/make.py [--database FILE]

Needs Chromium, and Pillow for small files. The demo's newspapers are invented and served on loopback addresses such as
127.0.0.2:40001; in the pictures these are written as the newspapers' names under `.example`, so that they can be read.
Nothing else is altered.
"""

from __future__ import annotations

import argparse
import io
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import uvicorn
from datasette.app import Datasette
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tracker.demo.articles import load_outlets
from tracker.demo.hour import SECONDS, open_site, watch
from tracker.model import Recorded, Verdict
from tracker.store import Store
from tracker.wiring import World

_FOLDER = Path(__file__).parent
_MOST_BYTES = 200_000
_COLOURS = 128  # of a picture: text on paper needs no more
_ARTICLE = "petrels-of-skarrow"


@dataclass(frozen=True)
class _Picture:
    name: str
    path: str  # {article}: the number of the article that is shown
    theme: Literal["light", "dark"]
    width: int = 1000
    height: int = 800


_PICTURES = (
    _Picture("front", "/", "light"),
    _Picture("comparison", "/article/{article}/diff/1/2?view=side", "dark", height=720),
    _Picture("article", "/article/{article}", "light", height=760),
)
# Every text of a page, addresses of links left alone.
_RENAME = """
(names) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const [host, name] of names) {
      const text = texts.currentNode;
      text.data = text.data.replaceAll("http://" + host, "https://" + name).replaceAll(host, name);
    }
  }
}
"""


def _live_through_the_hour(database: Path) -> None:
    def witness(_verdict: Verdict, _recorded: Recorded) -> None:
        """Nobody watches."""

    with open_site(World(), SECONDS) as (site, fast):
        if not watch(site, database, fast, witness):
            raise SystemExit("The demo was stopped before its hour was over.")


def _names(store: Store) -> list[tuple[str, str]]:
    """The hosts of the demo, each with the name of its newspaper."""
    hosts = {article.host for article in store.articles()}
    return [
        (host, f"www.{'-'.join(outlet.name.lower().removeprefix('the ').split())}.example")
        for outlet in load_outlets()
        for host in hosts
        if host.startswith(f"{outlet.address}:")
    ]


@contextmanager
def _served(database: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(Datasette([str(database)]).app(), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def _taken(browser: Browser, base: str, picture: _Picture, article: int, names: list[tuple[str, str]]) -> bytes:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, color_scheme=picture.theme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(base + picture.path.format(article=article))
    page.evaluate(_RENAME, names)
    shot = page.screenshot()
    context.close()
    return shot


def _saved(picture: _Picture, shot: bytes) -> str:
    target = _FOLDER / f"{picture.name}.png"
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(_COLOURS).save(target, optimize=True)
    size = target.stat().st_size
    if size > _MOST_BYTES:
        raise SystemExit(f"{target} has {size:,} bytes, more than {_MOST_BYTES:,}.")
    return f"{target.name}: {size / 1000:.0f} kB"


def _make(database: Path) -> Iterator[str]:
    with Store.open(database, read_only=True) as store:
        names, article = _names(store), store.resolve(_ARTICLE).article_id
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with _served(database) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in _PICTURES:
            yield _saved(picture, _taken(browser, base, picture, article, names))
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", type=Path, help="of the demo; if none is named, the demo is run")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = wanted.database or Path(folder) / "tracker.db"
        if wanted.database is None:
            _live_through_the_hour(database)
        sys.stdout.writelines(f"{line}\n" for line in _make(database))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
