"""Where fonts come from: those that the extra `pictures` installs first, so that cards look alike everywhere."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from tracker.render.card import FaceName

# Packages that hold nothing but fonts (SIL Open Font License): Noto Serif; Noto Sans with some twenty scripts, symbols
# and emoji; and the third for Chinese, Japanese and Korean.
_SERIF, _SANS, _EAST_ASIAN = "fontpkg_noto_serif", "manimgx_fonts", "manimgx_fonts_cjk"
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
# Upright and of normal weight only; fonts that draw a box for every character there is are no help.
_UNWANTED = re.compile(
    r"italic|oblique|bold|black|heavy|thin|light|condensed|narrow|mono|math|lastresort|adobeblank", re.IGNORECASE
)
# A plain text face stands above one for show where both draw a script.
_FAVOURED = re.compile(
    r"noto|dejavu|liberation|hiragino|pingfang|arial|segoe|yugoth|malgun|msyh|nirmala", re.IGNORECASE
)


def packaged(face: FaceName) -> tuple[Path, ...]:
    """Font files of the packages that are installed, the one for the face first."""
    folders = [_SERIF, _SANS] if face is FaceName.SERIF else [_SANS, _SERIF]
    return tuple(path for name in [*folders, _EAST_ASIAN] for path in _files_of_package(name))


def installed(environment: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Font files of the operating system, the likeliest first; the order is the same at every call."""
    found = {path.name: path for folder in _system_folders(environment, home) for path in _files_below(folder)}
    return tuple(sorted(found.values(), key=_preference))


def helpful_extra(*, is_east_asian: bool) -> str | None:
    """The extra whose fonts may draw what is missing; None: it is installed, and does not."""
    name, extra = (_EAST_ASIAN, "pictures-cjk") if is_east_asian else (_SANS, "pictures")
    return extra if find_spec(name) is None else None


def _preference(path: Path) -> tuple[int, str, str]:
    found = _FAVOURED.search(path.name)
    rank = found.lastindex if found else None
    return rank or 3, path.name, str(path)


def _files_of_package(name: str) -> list[Path]:
    spec = find_spec(name)
    places = (spec.submodule_search_locations or []) if spec else []
    # The family's own file before those for other scripts: the shortest name is the one without a script in it.
    return sorted(
        (path for place in places for path in _files_below(Path(place))), key=lambda path: (len(path.name), path.name)
    )


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if Path(name).suffix.lower() in _SUFFIXES and not _UNWANTED.search(name):
                yield Path(parent, name)


def _system_folders(environment: Mapping[str, str], home: Path) -> list[Path]:
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        own = Path(environment.get("LOCALAPPDATA", home / "AppData/Local"), "Microsoft/Windows/Fonts")
        return [Path(environment.get("WINDIR", "C:/Windows"), "Fonts"), own]
    shared = environment.get("XDG_DATA_HOME", "") or home / ".local/share"
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path(shared, "fonts"), home / ".fonts"]
