"""Which pages are there? Taken from the map of addresses, so that a new page is looked at without being named."""

import re
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Page
from werkzeug.routing import Rule

CALCULUS = "course-v1:Certdesk+Calculus+2026"
PROGRAMS = ("api", "compat", "static", "admin", "health", "metrics", "form_tokens", "xqueue", "learner_requests")
"""Blueprints and endpoints that show no pages."""
NOWHERE = "/nowhere-at-all"
MORE = (
    "/search?q=a",
    "/search?q=nobody-at-all",
    "/changes?state=any",
    "/changes?state=any&columns=number,kind,approvals,goes-live,closed-on,why",
    "/changes?owed=1",
    "/changes?state=expired",
    *(f"/changes/{number}" for number in range(12, 20)),
    f"/learners/grace/{CALCULUS}",
    "/learners/nobody-at-all",
    "/admin/badge-images/edit/?id=honor",
    "/admin/access/edit/?id=vera",
    NOWHERE,
)
"""Pages that are others with another argument."""
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ARGUMENT = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
_DETAILS = re.compile(r'href="(/admin/[^"]*/details/\?[^"]+)"')


@dataclass(frozen=True)
class Addresses:
    """The addresses of all pages: those of the staff, and those that anybody may see."""

    of_staff: list[str]
    of_all: list[str]


def list_addresses(app: Flask, page: Page, at: str, database: str, *, but: Collection[str] = frozenset()) -> Addresses:
    """Give every address that answers whoever is signed in at `page` with a page; `database` is the demonstration's file.

    None is asked for that is in `but`. Of those where there is nothing, which have the same page, one is enough.
    """
    values = _values(database)
    nothing = _title_of(page, at + NOWHERE)
    found = {address for rule in app.url_map.iter_rules() for address in _addresses(rule, values)}
    titles = {address: _title_of(page, at + address) for address in sorted({*found, *MORE} - set(but))}
    shown = [address for address, title in titles.items() if title and (title != nothing or address == NOWHERE)]
    details = {link for address in shown for link in _DETAILS.findall(page.request.get(at + address).text())[:1]}
    public = [address for address in shown if address.startswith(("/certificates/", "/api/docs", "/badges/"))]
    staff = [address for address in shown if address not in public]
    return Addresses([*staff, *sorted({link.replace("&amp;", "&") for link in details})], ["/login", *public])


def _addresses(rule: Rule, values: dict[str, str]) -> Iterator[str]:
    # A name without a value here is a KeyError: whoever adds a page with a new one says what it is to be looked at with.
    if "GET" in (rule.methods or ()) and rule.endpoint.partition(".")[0] not in PROGRAMS:
        yield _ARGUMENT.sub(lambda found: values[found[1]], rule.rule)


def _title_of(page: Page, url: str) -> str:
    """Give the title of the page at an address; nothing where there is none for whoever asks."""
    answer = page.request.get(url, max_redirects=0)
    if "text/html" not in answer.headers.get("content-type", "") or answer.status not in (200, 404):
        return ""
    title: str = _TITLE.findall(answer.text())[0]
    return title


def _values(database: str) -> dict[str, str]:
    with sqlite3.connect(database) as connection:
        (issued,) = connection.execute(
            "SELECT verify_uuid FROM generated_certificate WHERE status = 'downloadable' AND verify_uuid <> '' LIMIT 1"
        ).fetchone()
    return {
        "assertion_id": "0" * 32,
        "change_id": "17",
        "course_id": CALCULUS,
        "filename": "x",
        "number": "1",
        "run_id": "1",
        "sha256": "0" * 64,
        "slug": "none",
        "username": "ada",
        "verify_uuid": issued,
    }
