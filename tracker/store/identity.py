"""Which article a URL that was given names: the three answers of `tracker.urls`, each asked for when it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from tracker.urls import article_url, canonical_url, same_article_key


@dataclass(frozen=True)
class Identity:
    """`given` is canonical. The rest costs a hundred microseconds, and most URLs are known as they were given."""

    given: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Raises BadURL."""
        return cls(canonical_url(url))

    @cached_property
    def url(self) -> str:
        """What an article that is new is tracked under: without what is known to choose nothing."""
        return article_url(self.given).url

    @cached_property
    def key(self) -> str:
        """Equal for URLs that are taken for one article."""
        return same_article_key(self.given)
