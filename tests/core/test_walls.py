"""Bot walls by their headers."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.walls import wall_of

ORDINARY = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Server", "cloudflare"),
    ("CF-RAY", "8f0-FRA"),
    ("CF-Cache-Status", "DYNAMIC"),
    ("X-DataDome", "protected"),
    ("X-Iinfo", "10-1-1 NNNN"),
    ("X-CDN", "Imperva"),
    ("X-Served-By", "cache-fra-1"),
    ("X-Azure-Ref", "2026"),
    ("X-Cache", "HIT"),
    ("X-Sucuri-ID", "17"),
    ("Set-Cookie", "datadome=x; Path=/"),
    ("Set-Cookie", "_pxhd=x"),
    ("Set-Cookie", "_abck=x"),
    ("Set-Cookie", "visid_incap_1=x"),
    ("Set-Cookie", "acw_tc=x"),
)


@pytest.mark.parametrize(
    ("status", "headers", "named"),
    [
        (403, [("CF-Mitigated", "challenge")], "Cloudflare's challenge (cf-mitigated: challenge)"),
        (200, [("cf-mitigated", " Challenge ")], "Cloudflare's challenge (cf-mitigated: Challenge)"),
        (403, [("Server", "cloudflare"), ("CF-RAY", "8f0-FRA")], "Cloudflare's block (cf-ray)"),
        (202, [("x-amzn-waf-action", "challenge")], "AWS WAF's challenge (x-amzn-waf-action: challenge)"),
        (405, [("X-Amzn-Waf-Action", "captcha")], "AWS WAF's challenge (x-amzn-waf-action: captcha)"),
        (429, [("X-Vercel-Mitigated", "challenge")], "Vercel's firewall (x-vercel-mitigated: challenge)"),
        (202, [("SG-Captcha", "challenge")], "SiteGround's captcha (sg-captcha: challenge)"),
        (403, [("X-Sucuri-Block", "ABC007")], "Sucuri's firewall (x-sucuri-block: ABC007)"),
        (403, [("x-px-blocked", "1")], "HUMAN's block (PerimeterX) (x-px-blocked: 1)"),
        (403, [("x-datadome", "protected")], "DataDome's block (x-datadome)"),
        (403, [("Set-Cookie", "datadome=secret; Path=/")], "DataDome's block (set-cookie: datadome)"),
        (429, [("x-kpsdk-ct", "0abc")], "Kasada's block (x-kpsdk-ct)"),
        (403, [("Server", "AkamaiGHost")], "Akamai's edge (server: AkamaiGHost)"),
        (403, [("X-Iinfo", "10-1-1 NNNN")], "Imperva's filter (Incapsula) (x-iinfo)"),
        (503, [("Set-Cookie", "incap_ses_1=x")], "Imperva's filter (Incapsula) (set-cookie: incap_ses)"),
        (406, [("X-Served-By", "cache-fra-1")], "Fastly's edge (x-served-by: cache-)"),
        (200, [("Server", "imunify360-webshield/1.21")], "Imunify360's shield (server: imunify360)"),
        (
            200,
            [("Set-Cookie", "techaro.lol-anubis-cookie-verification=1; Path=/")],
            "Anubis's proof of work (set-cookie: techaro.lol-anubis-cookie-verification)",
        ),
    ],
)
def test_a_wall_is_named_with_its_mark(status: int, headers: list[tuple[str, str]], named: str) -> None:
    assert wall_of(status, [("Content-Type", "text/html"), *headers]) == named


@pytest.mark.parametrize("status", [200, 206, 301, 304, 404, 410, 500, 502, None])
def test_what_filters_put_on_pages_that_they_let_through_is_no_wall(status: int | None) -> None:
    assert wall_of(status, ORDINARY) is None


def test_an_origins_own_refusal_behind_cloudflare_is_not_cloudflares() -> None:
    assert wall_of(403, [("Server", "cloudflare"), ("cf-ray", "1"), ("cf-cache-status", "DYNAMIC")]) is None


def test_an_error_at_akamais_edge_is_no_wall() -> None:
    assert wall_of(503, [("Server", "AkamaiGHost")]) is None


def test_no_cookie_value_is_shown() -> None:
    named = wall_of(403, [("Set-Cookie", "_pxhd=top-secret; Path=/")])
    assert named is not None
    assert "secret" not in named


@given(st.integers(100, 999), st.lists(st.tuples(st.text(max_size=30), st.text(max_size=100)), max_size=8))
def test_any_headers_are_read(status: int, headers: list[tuple[str, str]]) -> None:
    named = wall_of(status, headers)
    assert named is None or named.endswith(")")


def test_every_mark_says_why_it_is_one() -> None:
    for wall in tomllib.loads((files("tracker") / "walls.toml").read_text("utf-8"))["walls"]:
        assert set(wall) <= {"name", "header", "value", "statuses", "without", "reason"}
        assert len(wall["reason"]) > 5
        assert re.compile(wall["header"])
        assert all(100 <= status < 600 for status in wall.get("statuses", ()))
