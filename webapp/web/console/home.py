"""Home: what waits for staff, and for a learner the own certificates."""

from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.approval.states import State
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import Publicity
from webapp.domain.configs.kinds import Kind
from webapp.domain.queue import deliveries
from webapp.domain.queue.deliveries import NOTHING_TO_DO
from webapp.domain.roles import Permission, Role
from webapp.models.base import db
from webapp.models.messages import CallbackInbox
from webapp.services.certificates import overview
from webapp.services.certificates.own import asking, holdings
from webapp.services.certificates.own.holdings import OwnCertificate
from webapp.services.first_hour.tour import find_tour
from webapp.services.governance.reading import listing
from webapp.services.notices import reading
from webapp.services.platform import course_staff
from webapp.web import auth, installation
from webapp.web.addresses import page_url, row_url
from webapp.web.auth import signed_in_only
from webapp.web.auth.platform import own_page
from webapp.web.console import attention, figures
from webapp.web.console.blueprint import bp
from webapp.web.first_hour.shown import show_tour
from webapp.web.language import certificate_day, reader_language
from webapp.web.own_words import ASK_WORDS, words_for
from webapp.web.pages import desk_notes
from webapp.wording import phrase

WITH_CHANGES = (Permission.PROPOSE_CHANGES, Permission.DECIDE_CHANGES, Permission.ACT_IN_EMERGENCY)
LAST_LIVE = 4


@bp.get("/")
@own_page
@signed_in_only
def home() -> ResponseReturnValue:
    """Show staff what waits, and a learner what they hold."""
    if current_user.may(Permission.READ_DESK):
        changes, now = _changes(), clock.now()
        steps = find_tour(db.session(), current_user.signed_in.account_id, now=now)
        return render_template(
            "console/home.html",
            home=_staff_home(now),
            changes=changes,
            changes_wait=any(group["waits"] for group in changes),
            figures=figures.read(now),
            age=listing.age,
            tour=show_tour(steps) if steps is not None else None,
            now=now,
        )
    learner_id, account_id = current_user.signed_in.learner_id, current_user.signed_in.account_id
    taught = course_staff.list_taught(db.session(), learner_id) if learner_id else []
    return render_template(
        "console/my_certificates.html",
        certificates=_own_list(learner_id) if learner_id else [],
        taught=taught,
        with_news=reading.keys_with_news(db.session(), account_id, Kind.COURSE) if taught and account_id else (),
    )


def _staff_home(now: datetime) -> dict[str, Any]:
    waiting = attention.read(now)
    return {
        "greeting": phrase("Hello, {name}", name=current_user.name),
        "attention": waiting,
        "all_quiet": not waiting,
        "recent": [_recent(row) for row in overview.recent_deliveries(db.session())],
    }


def _changes() -> list[dict[str, Any]]:
    """Give what there is of changes for whoever has to do with them: what waits, what is theirs, what is owed, what is live."""
    session, person, notes = db.session(), auth.person(), desk_notes()
    if not any(current_user.may(one) for one in WITH_CHANGES):
        return []
    proposes, reviews = current_user.may(Permission.PROPOSE_CHANGES), person.roles & {Role.APPROVER, Role.ADMIN}
    table = (
        (
            phrase("Waiting for you"),
            listing.waiting_for(session, person) if notes.waiting else (),
            "waiting",
            State.PENDING,
        ),
        (phrase("Review owed"), listing.owed(session) if reviews and notes.owed else (), "owed", State.APPLIED),
        (phrase("Yours in review"), listing.open_of(session, person) if proposes else (), "mine", None),
        (phrase("Last made live"), listing.last_applied(session, LAST_LIVE), "", State.APPLIED),
    )
    every = {change.id: change for _, found, _, _ in table for change in found}
    lines = {line.id: line for line in listing.lines_of(session, list(every.values()), person)}
    return [
        {
            "title": title,
            "lines": [lines[change.id] for change in found],
            "url": f"{page_url('change_list.index_view')}?{f'{flag}=1' if flag else f'state={State.APPLIED}'}",
            "implied": implied,
            "waits": flag in ("waiting", "owed"),
        }
        for title, found, flag, implied in table
        if found
    ]


def _recent(row: CallbackInbox) -> dict[str, Any]:
    who = f"{row.username}, {row.course_id}" if row.course_id else row.username
    return {
        "shown_at": row.received_at,
        "title": deliveries.LABELS[row.outcome],
        "text": who or deliveries.EXPLANATIONS[row.outcome],
        "tone": "good" if row.outcome in NOTHING_TO_DO else "warning",
        "source": phrase("XQueue answer"),
        "actor": None,
        "url": row_url("inbox", row.id),
    }


def _own_list(learner_id: int) -> list[dict[str, Any]]:
    settings = installation.settings()
    own = holdings.list_own(db.session(), learner_id, base_url=settings.base_url, now=clock.now())
    to_ask = asking.list_open(db.session(), learner_id)
    found = [_own(one, may_ask=to_ask.pop(one.course_id, None) is not None) for one in own]
    return [*[_to_ask(course_id, name) for course_id, name in to_ask.items()], *found]


def _own(one: OwnCertificate, *, may_ask: bool) -> dict[str, Any]:
    issued = one.seen is Publicity.SHOWN or (one.status is Status.DOWNLOADABLE and one.seen is Publicity.UNSEEN)
    making = one.status in (Status.GENERATING, Status.REGENERATING)
    shown = phrase("Issued") if issued else phrase("Being made") if making else phrase("Not issued")
    return {
        "course_id": one.course_id,
        "course_name": one.course_name,
        "status_text": shown,
        "explanation": words_for(one),
        "issued_on": certificate_day(one.issued_on, reader_language()) if issued and one.issued_on else None,
        "url": one.url,
        "pdf_url": one.pdf_url,
        "may_ask": may_ask,
    }


def _to_ask(course_id: str, name: str) -> dict[str, Any]:
    return {
        "course_id": course_id,
        "course_name": name,
        "status_text": phrase("Not asked for"),
        "explanation": ASK_WORDS,
        "issued_on": None,
        "url": None,
        "pdf_url": None,
        "may_ask": True,
    }
