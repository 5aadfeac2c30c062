"""How is one audit event written so that nobody can alter, drop or swap it unseen?"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from webapp.wording import phrase

_HASH = re.compile(r"[0-9a-f]{64}")
GENESIS = "0" * 64
"""What the first event names as its predecessor."""

FIELDS = ("seq", "at", "actor_id", "actor_name", "action", "kind", "key", "change_id", "revision", "from_version",
          "to_version", "reason", "request_id", "ip")  # fmt: skip
_NUMBERS_OR_NONE = frozenset({"actor_id", "change_id", "revision", "from_version", "to_version"})


@dataclass(frozen=True, slots=True)
class Link:
    """One event as it lies in the table, any value of any kind: its columns, its canonical text, and its two hashes."""

    columns: Mapping[str, object]
    body: str
    prev: str
    hash: str


UNREADABLE = Link({}, "", "", "")
"""An event that the database itself cannot read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found: `first_bad` is the row's number and `reason` says what is wrong with it."""

    checked: int
    head: str
    first_bad: int | None = None
    reason: str | None = None

    @property
    def ok(self) -> bool:
        """True when every row is as it was written."""
        return self.first_bad is None


def canonical_text(columns: Mapping[str, object], details: Mapping[str, object]) -> str:
    """Give the one text of an event: every column of FIELDS and the details, as JSON with sorted keys."""
    ending = f'"seq":{columns["seq"]},"to_version":{_as_json(columns["to_version"])}}}'
    return unplaced_text(columns, details) + ending


def unplaced_text(columns: Mapping[str, object], details: Mapping[str, object]) -> str:
    """Give the text of an event as far as it is known before the event has its place in the chain.

    What is missing is the last two keys, `seq` and `to_version`: PostgreSQL adds them when it gives the place (migration 0006).
    """
    known = {name: _plain(columns[name]) for name in FIELDS if name not in ("seq", "to_version")}
    return _as_json({**known, "details": details})[:-1] + ","


def hash_of(prev: str, body: str) -> str:
    """Give SHA-256 over the predecessor's hash and the event's text (approvals note §3.1)."""
    return hashlib.sha256((prev + body).encode()).hexdigest()


def said_in(body: str) -> dict[str, Any] | None:
    """Give what the text of an event says: each of FIELDS, and the details; None for a text that no event has."""
    said = _read(body)
    if not all(name in said and _fits(name, said[name]) for name in FIELDS) or not isinstance(
        said.get("details"), dict
    ):
        return None
    return said if _can_be_sent(said, body) else None


def said_by_columns(columns: Mapping[str, object]) -> dict[str, object]:
    """Give the columns of an event as its text would say them; SQLite may hold anything in any, and what it is not is left out."""
    plain = {name: _plain(columns[name]) for name in FIELDS}
    return {
        name: value if _fits(name, value) else None if name in _NUMBERS_OR_NONE else str(value)
        for name, value in plain.items()
    }


def find_problem(link: Link) -> str | None:
    """Say what is wrong with an event by itself, wherever it stands; None where nothing is."""
    return _problem(link, link.prev, link.columns["seq"])


def is_hash(text: str) -> bool:
    """Say whether a text can be the hash of an event, and so a head that was printed earlier."""
    return _HASH.fullmatch(text) is not None


def verify(links: Iterable[Link], *, head: str | None = None) -> Verdict:
    """Check a whole chain from its first event on, and that it reaches `head` where one was printed earlier."""
    prev, seq, seen_head = GENESIS, 0, head in (None, GENESIS)
    for link in links:
        seq += 1
        problem = _problem(link, prev, seq)
        if problem:
            return Verdict(seq, prev, first_bad=seq, reason=problem)
        prev = link.hash
        seen_head = seen_head or prev == head
    if not seen_head:
        return Verdict(
            seq, prev, first_bad=seq + 1, reason=phrase("the head printed earlier is gone: the tail was cut")
        )
    return Verdict(seq, prev)


def _problem(link: Link, prev: str, seq: object) -> str | None:
    if link is UNREADABLE:
        return phrase("cannot be read")
    if link.columns["seq"] != seq:
        return phrase("event {seq} is missing", seq=seq)
    if link.prev != prev:
        return phrase("does not follow the event before it")
    if not _is_hashed(link):
        return phrase("its text was altered")
    written = _read(link.body)
    altered = [name for name in FIELDS if name not in written or written[name] != _plain(link.columns[name])]
    return phrase("the column {altered} was altered", altered=altered[0]) if altered else None


def _is_hashed(link: Link) -> bool:
    try:
        return link.hash == hash_of(link.prev, link.body)
    except (UnicodeEncodeError, TypeError):  # bytes that are no text
        return False


def _fits(name: str, value: object) -> bool:
    """Whether a text of an event may say this; `True` is no number."""
    if name in _NUMBERS_OR_NONE:
        return value is None or type(value) is int
    if name == "seq":
        return type(value) is int
    return isinstance(value, str) and (name != "at" or _is_moment(value))


def _is_moment(text: str) -> bool:
    try:
        return _plain(datetime.fromisoformat(text)) == text
    except (ValueError, OverflowError):
        return False


def _can_be_sent(said: Mapping[str, object], body: str) -> bool:
    """Whether it has a form in UTF-8: no half of a character, which only an escape can bring into a text."""
    if "\\ud" not in body.lower():
        return True
    try:
        _as_json(said).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _read(body: str) -> dict[str, Any]:
    """What a text says; nothing where it was replaced by one that no event has."""
    try:
        written = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return written if isinstance(written, dict) else {}


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


_as_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
