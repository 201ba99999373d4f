"""Article text made safe to show: no byte of it can steer a terminal, turn the reading direction or hide itself."""

from __future__ import annotations

import re

# Would steer a terminal (C0, DEL, C1), reorder what is read (bidi embeddings, overrides, isolates), break a line where
# none is (U+2028/9), or cannot be written as UTF-8 (lone surrogates). Sources: ECMA-48; Unicode UAX #9.
_DANGEROUS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]"
)
# Invisible and harmless, common in honest text (soft hyphen, zero-width space, direction marks, byte order mark).
# The joiners U+200C/D are not among them: Persian and emoji need them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2060-\u2064\ufeff]")
_WHITE = re.compile("[\t\n\r ]+")


def code_point(character: str) -> str:
    """`<U+202E>`: how a character is named that must not be shown."""
    return f"<U+{ord(character):04X}>"


def safe_text(text: str) -> str:
    """One line of text that any terminal, page or file can take; dangerous characters appear as their code point.

    Invisible characters are left out, unless they are all there is: then they are what the reader came to see.
    """
    shown = _DANGEROUS.sub(_named, _WHITE.sub(" ", text))
    calm = _INVISIBLE.sub("", shown)
    return calm if calm.strip() or not _INVISIBLE.search(shown) else _INVISIBLE.sub(_named, shown)


def safe_change(text: str) -> str:
    """As `safe_text`, for a changed passage: where nothing but space changed, the space is made visible."""
    if text and not text.strip():
        return "".join("¶" if c == "\n" else "␣" if c == " " else code_point(c) for c in re.sub("\n+", "\n", text))
    return safe_text(text)


def _named(match: re.Match[str]) -> str:
    return code_point(match[0])
