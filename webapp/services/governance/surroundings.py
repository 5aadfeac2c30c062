"""Which facts is a proposed value judged by? Read in the transaction that will write it."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.approval.states import OPEN
from webapp.domain.configs import courses
from webapp.domain.configs.kinds import Kind, Payload
from webapp.domain.configs.proposals import CourseSeen, Holder, Image, Problem, Surroundings
from webapp.domain.identifiers import CourseId
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import Blob
from webapp.services import accounts, course_runs
from webapp.services.configs import ledger, previews
from webapp.services.generation import examples
from webapp.services.governance.terms import Terms
from webapp.services.visits import agents


def gather(
    session: Session, terms: Terms, kind: Kind, key: str, payload: Payload | None, author: str, batch: str = ""
) -> Surroundings:
    """Give the facts that the rules of a kind ask for.

    With a batch, the badges asked for in it count as if they were there: a default may be filed together with its
    badge. It can become live only after it, for then no batch is given.
    """
    around = Surroundings(author=author)
    match kind:
        case Kind.HTML_VIEW:
            return replace(around, flaws=_flaws(session, terms, payload))
        case Kind.CRAWLERS:
            return replace(around, agents=agents.recent_agents(session, now=terms.now))
        case Kind.COURSE:
            return replace(around, course=_course(session, key))
        case Kind.BADGE:
            default = _default_badge(session)
            return replace(around, images=_images(session, payload), default_badge=default)
        case Kind.BADGE_DEFAULT:
            modes = {row.key for row in ledger.list_live(session, Kind.BADGE)}
            return replace(around, badges=frozenset(modes | _badges_asked_for(session, batch)))
        case Kind.ACCESS:
            return replace(around, accounts=_accounts(session, key))
        case Kind.GENERATION:
            return around


def _flaws(session: Session, terms: Terms, payload: Payload | None) -> tuple[Problem, ...]:
    if payload is None:
        return ()
    found = previews.find_flaws(session, payload, base_url=terms.base_url, now=terms.now, render=terms.render)
    return tuple(Problem(flaw.where, flaw.problem) for flaw in found)


def _course(session: Session, key: str) -> CourseSeen | None:
    course = course_runs.find_course(session, key)
    if course is None:
        return None
    newest = examples.list_latest(session, CourseId(key)) or ()
    return CourseSeen(courses.may_open(newest, html=course.html_certificates))


def _images(session: Session, payload: Payload | None) -> Mapping[str, Image]:
    if payload is None:
        return {}
    columns = (Blob.sha256, Blob.mime, Blob.width, Blob.height, Blob.size)
    rows = session.execute(select(*columns).where(Blob.sha256 == payload["icon"]))
    return {row.sha256: Image(row.mime, row.width, row.height, row.size) for row in rows}


def _badges_asked_for(session: Session, batch: str) -> set[str]:
    if not batch:
        return set()
    query = select(ChangeRequest.key).where(
        ChangeRequest.kind == Kind.BADGE, ChangeRequest.state.in_(OPEN), ChangeRequest.batch == batch
    )
    return {*session.scalars(query.where(ChangeRequest.payload.is_not(None)))}


def _default_badge(session: Session) -> str | None:
    live = ledger.live_payload(session, Kind.BADGE_DEFAULT)
    return live["mode"] if live else None


def _accounts(session: Session, key: str) -> dict[str, Holder]:
    account = accounts.find_account(session, key)
    rows = [*accounts.list_staff(session), *([account] if account else [])]
    return {row.username: Holder(row.disabled_at is None, row.roles) for row in rows}
