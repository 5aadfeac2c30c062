"""What does every page show: the navigation, the drawings, the reader's direction?"""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Flask, g, request
from flask_login import current_user

from webapp import clock
from webapp.domain.roles import Permission
from webapp.icons import icon, seal, shape
from webapp.models.base import db
from webapp.services.governance.reading import listing
from webapp.services.governance.reading.listing import Notes
from webapp.services.notices import reading
from webapp.web import auth, cells
from webapp.web.addresses import course_url, explanation_url, file_url, learner_url, page_url
from webapp.wording import phrase


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation; shown to those who may follow it."""

    label: str
    icon: str
    endpoint: str
    permission: Permission
    also: str = ""
    """Another blueprint whose pages belong under this entry."""


NAVIGATION: tuple[tuple[str, tuple[Link, ...]], ...] = (
    (
        phrase("Desk"),
        (
            Link(phrase("Home"), "home", "console.home", Permission.READ_DESK),
            Link(phrase("Certificates"), "certificate", "certificates.index_view", Permission.READ_DESK),
            Link(phrase("Learners"), "people", "learners.index_view", Permission.READ_DESK, also="support"),
            Link(phrase("Courses"), "book", "courses.index_view", Permission.READ_DESK, also="course"),
            Link(phrase("Examples"), "sample", "examples.index_view", Permission.READ_DESK),
            Link(phrase("Allowlist"), "check-list", "allowlist.index_view", Permission.READ_DESK),
            Link(phrase("Invalidations"), "ban", "invalidations.index_view", Permission.READ_DESK),
            Link(phrase("Badges"), "medal", "badge_awards.index_view", Permission.READ_DESK),
            Link(phrase("Runs"), "runs", "run_list.index_view", Permission.READ_DESK, also="runs"),
        ),
    ),
    (
        phrase("Configuration"),
        (
            Link(phrase("Changes"), "changes", "change_list.index_view", Permission.READ_DESK, also="changes"),
            Link(phrase("HTML view"), "layout", "html_view.index_view", Permission.READ_DESK),
            Link(phrase("Crawlers"), "robot", "crawlers.index_view", Permission.READ_DESK),
            Link(phrase("Self-generation"), "switch", "generation.index_view", Permission.READ_DESK),
            Link(phrase("Course settings"), "sliders", "course_settings.index_view", Permission.READ_DESK),
            Link(phrase("Badge images"), "medal", "badge_images.index_view", Permission.READ_DESK),
            Link(phrase("Default badge"), "medal-star", "badge_default.index_view", Permission.READ_DESK),
            Link(phrase("Access"), "roles", "access.index_view", Permission.READ_DESK),
        ),
    ),
    (
        phrase("Messages"),
        (
            Link(phrase("Inbox"), "inbox", "inbox.index_view", Permission.READ_DESK),
            Link(phrase("Dead letters"), "dead-letter", "letters.index_view", Permission.READ_DESK),
        ),
    ),
    (
        phrase("Control"),
        (
            Link(phrase("Audit"), "shield", "audit.index_view", Permission.READ_AUDIT),
            Link(phrase("Accounts"), "key", "accounts.index_view", Permission.MANAGE_ACCOUNTS),
            Link(phrase("Cache"), "clock", "caches.index", Permission.OPERATE),
        ),
    ),
)


def init_app(app: Flask) -> None:
    """Give every template the same names."""
    app.jinja_env.globals.update(
        cells=cells,
        icon=icon,
        shape=shape,
        seal=seal,
        page_url=page_url,
        course_url=course_url,
        explanation_url=explanation_url,
        learner_url=learner_url,
        file_url=file_url,
        product_version=version("certdesk"),
        desk_notes=desk_notes,
    )
    app.context_processor(_page_values)


def desk_notes() -> Notes:
    """Give what every page of the staff tells of changes: in one small question for each page, and none for learners."""
    if "desk_notes" not in g:
        user = current_user._get_current_object()
        reads = user.is_authenticated and user.may(Permission.READ_DESK) and not g.get("asks_nothing")
        g.desk_notes = listing.find_notes(db.session(), auth.person(), now=clock.now()) if reads else Notes()
    notes: Notes = g.desk_notes
    return notes


def _page_values() -> dict[str, Any]:
    return {"navigation": _navigation(), "unread_notices": _unread_notices}


def _unread_notices() -> str:
    """Give how many notices the reader has not read; empty for none. Asked by pages with the navigation alone."""
    if g.get("asks_nothing"):  # the page of an error of ours
        return ""
    number = reading.unread(db.session(), current_user.signed_in.account_id)
    return f"{reading.COUNTED}+" if number > reading.COUNTED else str(number or "")


def _navigation() -> list[dict[str, Any]]:
    if not current_user or not current_user.is_authenticated:
        return []
    user, sections = current_user._get_current_object(), []
    for label, links in NAVIGATION:
        allowed = [_entry(link) for link in links if user.may(link.permission)]
        if allowed:
            sections.append({"label": label, "links": allowed})
    return sections


def _entry(link: Link) -> dict[str, Any]:
    here = (request.endpoint or "").partition(".")[0]
    blueprint = link.endpoint.partition(".")[0]
    current = request.endpoint == link.endpoint if blueprint == "console" else here in (blueprint, link.also or None)
    return {
        "label": link.label,
        "url": page_url(link.endpoint),
        "icon": link.icon,
        "current": current,
        "counts": blueprint == "change_list",
    }
