"""What does a case file say, and how is it written as Markdown (ecosystem note §5.2, row 18; domain note §11, row 19)?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from webapp.domain.verdicts import Standing, Verdict

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BEGINNING = re.compile(r"^(\d*)([-+.)])(?=\s)")
_SENTENCES = {
    Standing.ISSUED: "The certificate is issued.",
    Standing.MAKING: "The certificate is being made; XQueue has still to answer.",
    Standing.DELETING: "The certificate is being deleted; XQueue has still to answer.",
    Standing.FAILED: "The certificate could not be made.",
    Standing.DELETED: "The certificate was deleted.",
    Standing.EARNED: "The certificate is earned, and nobody has made it yet.",
    Standing.REFUSED: "There is no certificate.",
}
_NOT_ANEW = "The certificate could not be made anew. The one that was issued stays valid."


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a case file: what it is, what there is to say of it, and what stands below."""

    label: str
    text: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines under a heading; `empty` says it where there are none."""

    title: str
    items: tuple[Item, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that a ticket about one learner in one course run asks for; two that are equal give the same bytes."""

    title: str
    subject: str
    verdict: str
    sections: tuple[Section, ...]
    made_at: datetime


def sentence_of(verdict: Verdict, *, counts: bool) -> str:
    """Give a verdict as one or two sentences; `counts` says whether a certificate that was issued is valid still."""
    anew = verdict.standing is Standing.FAILED and counts
    sentence = _NOT_ANEW if anew else _SENTENCES[verdict.standing]
    because = f" Against it stands: {'; '.join(verdict.reasons)}." if verdict.reasons else ""
    return sentence + because


def moment(at: datetime | None) -> str:
    """Give a moment as a file keeps it; empty for none."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else ""


def without_query(url: str) -> str:
    """Give an address without what follows its path: storages put the right to read a file there."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def as_markdown(case: CaseFile) -> str:
    """Give a case file as Markdown in which every text of people is a text, whatever signs it holds."""
    return "\n".join(_lines(case)) + "\n"


def _lines(case: CaseFile) -> Iterator[str]:
    yield f"# {_escaped(case.title)}"
    yield ""
    yield _escaped(case.subject)
    yield ""
    yield f"**{_escaped(case.verdict)}**"
    for section in case.sections:
        if not section.items and not section.empty:
            continue
        yield ""
        yield f"## {section.title}"
        yield ""
        for item in section.items:
            yield (
                f"- **{_escaped(item.label)}**: {_escaped(item.text)}" if item.text else f"- **{_escaped(item.label)}**"
            )
            for more in item.more:
                yield f"  {_escaped(more)}  "
        if not section.items:
            yield section.empty
    yield ""
    yield f"As of {moment(case.made_at)[:10]}, from Certdesk."


def _escaped(text: str) -> str:
    line = " ".join(text.split())
    if line.startswith(("http://", "https://")) and " " not in line and not re.search(r"[<>`\\]", line):
        return f"<{line}>"
    return _BEGINNING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line))
