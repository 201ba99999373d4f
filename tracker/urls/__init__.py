"""URLs as identity: what is an address, whose is it, and which two are the same.

Three answers to "which article is this?", each bolder than the one before:

- `canonical_url`: what every client sends anyway. The identity of an article, kept in databases; it does not change.
- `article_url`: without what is known to choose nothing (tracking, session identities). Safe to ask for instead.
- `same_article_key`: also without what nearly always chooses only a form (AMP, mobile host, print page). No address;
  two addresses with one key are taken for one article until a look says otherwise.
"""

from __future__ import annotations

from tracker.urls.address import canonical_url, host_of, is_front_page
from tracker.urls.believed import believed_canonical, doubt_of_canonical, site_of
from tracker.urls.foldings import ArticleUrl, Folding, article_url
from tracker.urls.host_map import HostMap, without_port
from tracker.urls.same_article import ArticleKey, article_key, same_article_key
from tracker.urls.shape import names_article

__all__ = [
    "ArticleKey",
    "ArticleUrl",
    "Folding",
    "HostMap",
    "article_key",
    "article_url",
    "believed_canonical",
    "canonical_url",
    "doubt_of_canonical",
    "host_of",
    "is_front_page",
    "names_article",
    "same_article_key",
    "site_of",
    "without_port",
]
