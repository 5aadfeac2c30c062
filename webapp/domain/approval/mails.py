"""What does a mail about a change request say?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.domain.actors import words_for

LONGEST_SUBJECT = 150
LONGEST_NOTE = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as a mail tells it."""

    text: str
    note: str
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class About:
    """The request that a mail is about; `subject` is what it would change, in words."""

    change_id: int
    title: str
    subject: str
    path: str
    """Where its reader sees what becomes of it."""
    reads_notices: bool = True
    """There is a page of notices for its reader; else mails are turned off where the change is seen."""


def subject_of(about: About, lines: Sequence[Line]) -> str:
    """Give the subject of a mail: what was told last, and of which change."""
    return one_line(f"{lines[-1].text}: {about.title or about.subject}", LONGEST_SUBJECT)


def body_of(about: About, lines: Sequence[Line], *, name: str, base_url: str) -> str:
    """Give the text of a mail; its links ask for a sign-in, since nothing is decided by mail (approvals note §3.10)."""
    told = "\n\n".join(_told(line) for line in lines)
    title = f"\n  {one_line(about.title)}" if about.title else ""
    off = "/notices" if about.reads_notices else about.path
    return (
        f"Hello {one_line(name)},\n\n{told}\n\n"
        f"Change {about.change_id}: {one_line(about.subject)}{title}\n\n"
        f"Look at it, and sign in if you are asked to:\n{base_url}{about.path}\n\n"
        f"-- \nCertdesk tells you of changes that concern you. No more mails? Turn them off at\n{base_url}{off}\n"
    )


def one_line(text: str, longest: int = 500) -> str:
    """Give a text as one line without what cannot be seen, and cut: it may stand in the head of a mail."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _told(line: Line) -> str:
    note = line.note if len(line.note) <= LONGEST_NOTE else f"{line.note[: LONGEST_NOTE - 1]}…"
    quoted = "".join(f"\n  {one_line(part, LONGEST_NOTE)}" for part in note.splitlines())
    return f"{line.text}.\n{one_line(words_for(line.actor_name))}, {line.at:%Y-%m-%d %H:%M} UTC{':' if quoted else ''}{quoted}"
