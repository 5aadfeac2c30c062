"""What are the page of a list and the page of one of its rows made of?"""

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from webapp.web.cells import Column, Row
from webapp.web.details import Alert, Button, Group, LongText, PageLink, TimelineLine


@dataclass(frozen=True, slots=True)
class Empty:
    """What is said in the place of rows."""

    title: str
    text: str
    action_label: str | None = None
    action_url: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """The search field of a list."""

    label: str
    hint: str
    name: str = "q"
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Everything on the page of one row."""

    heading: str
    back_url: str
    back_label: str
    groups: list[Group]
    subtitle: str | None = None
    status: Markup | None = None
    alert: Alert | None = None
    texts: list[LongText] = field(default_factory=list)
    actions: list[Button] = field(default_factory=list)
    links: list[PageLink] = field(default_factory=list)
    timeline: list[TimelineLine] | None = None
    related: list[dict[str, Any]] = field(default_factory=list)


def related(
    title: str, columns: tuple[str, ...], rows: list[Row], empty: str, all_url: str | None = None
) -> dict[str, Any]:
    """Give a small table for a details page."""
    return {
        "title": title,
        "columns": [Column(label) for label in columns],
        "rows": rows,
        "empty": Empty(empty, ""),
        "all_url": all_url,
    }
