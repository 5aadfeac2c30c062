"""What would a change do: to certificates, to visitors, to badges, to people (approvals note §4)?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page_context import INSTALLATION
from webapp.domain.configs import badges, crawlers
from webapp.domain.configs.crawlers import Catch
from webapp.domain.configs.kinds import Kind, Payload
from webapp.domain.identifiers import folded
from webapp.models.courses import CourseRun
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import Blob
from webapp.services.configs import ledger, previews
from webapp.services.configs.impact import Around, impact
from webapp.services.configs.previews import SAMPLES, Flaw, Preview, Sample
from webapp.services.governance.terms import Terms
from webapp.services.visits import agents

AGENTS_SHOWN = 10
COURSES_TRIED = 200


@dataclass(frozen=True, slots=True)
class Agents:
    """Whom a list of crawlers would catch, judged by the visits of the last eight days."""

    caught: Sequence[tuple[str, int]]
    """Newly taken for a crawler: User-Agent and visits, the most first; not all of them."""
    caught_number: int
    freed: Sequence[tuple[str, int]]
    freed_number: int
    before: Catch
    after: Catch
    indistinct: int
    """Visits of agents that were too many to be told apart."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A badge image."""

    sha256: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Badges:
    """Which images badges had and would have, and which modes have none of their own."""

    before: Picture | None
    after: Picture | None
    falling_back: tuple[str, ...]
    default: str | None
    """The mode whose image those would have."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How certificates would look: in which modes otherwise, and on which course run to look.

    What cannot be shown at all is found by the check of the change; here is what fails on the newest course runs alone.
    """

    modes: tuple[str, ...]
    changing: frozenset[str]
    course_id: str | None
    flaws: tuple[Flaw, ...]
    looked_at: int
    """On how many course runs the configuration was tried."""
    more: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """Which roles somebody gets, loses and keeps."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do, as far as its kind has something to show; `sentences` are numbers of who is affected."""

    sentences: tuple[str, ...] = ()
    agents: Agents | None = None
    badges: Badges | None = None
    pages: Pages | None = None
    roles: Roles | None = None


def find_effect(
    session: Session, terms: Terms, change: ChangeRequest, before: Payload | None, after: Payload | None, course_id: str
) -> Effect:
    """Give what a change would do; certificates are tried on `course_id` where one is named, else on one that it touches."""
    kind = Kind(change.kind)
    said = impact(session, kind, change.key, before, after, around=_around(session))
    match kind:
        case Kind.HTML_VIEW:
            return Effect(said, pages=_pages(session, terms, before, after, course_id))
        case Kind.CRAWLERS:
            return Effect(said, agents=_agents(session, terms, before, after))
        case Kind.BADGE | Kind.BADGE_DEFAULT:
            return Effect(said, badges=_badges(session, kind, change.key, before, after))
        case Kind.ACCESS:
            return Effect(said, roles=_roles(before, after))
        case Kind.GENERATION | Kind.COURSE:
            return Effect(said)


def preview(
    session: Session, terms: Terms, html_view: Payload | None, *, mode: str, sample: Sample, course_id: str | None
) -> Preview:
    """Render a sample certificate under a configuration, None being that of an installation; raises UnknownCourse."""
    return previews.preview_certificate(
        session,
        html_view or INSTALLATION,
        course_id=course_id,
        mode=mode,
        sample=sample,
        base_url=terms.base_url,
        now=terms.now,
        render=terms.render,
    )


def _around(session: Session) -> Around:
    settings = ledger.live_set(session, Kind.COURSE).values()
    default = ledger.live_payload(session, Kind.BADGE_DEFAULT)
    return Around(
        self_generating=sum(one["self_generation_enabled"] for one in settings),
        badges=frozenset(row.key for row in ledger.list_live(session, Kind.BADGE)),
        default_badge=default["mode"] if default else None,
    )


def _agents(session: Session, terms: Terms, before: Payload | None, after: Payload | None) -> Agents:
    recent = agents.recent_agents(session, terms.now)
    indistinct = recent.pop(agents.OTHER, 0)
    newly = crawlers.newly(before, after, recent)
    nobody: Payload = {"enabled": False, "known_user_agents": []}
    return Agents(
        caught=tuple(newly.caught.items())[:AGENTS_SHOWN],
        caught_number=len(newly.caught),
        freed=tuple(newly.freed.items())[:AGENTS_SHOWN],
        freed_number=len(newly.freed),
        before=crawlers.share_caught(before or nobody, recent),
        after=crawlers.share_caught(after or nobody, recent),
        indistinct=indistinct,
    )


def _badges(session: Session, kind: Kind, key: str, before: Payload | None, after: Payload | None) -> Badges:
    live = ledger.live_set(session, Kind.BADGE)
    default = _around(session).default_badge
    if kind is Kind.BADGE:
        will = {**live, key: after} if after else {mode: one for mode, one in live.items() if mode != key}
        images = [side["icon"] if side else None for side in (before, after)]
    else:
        will, modes = live, [side["mode"] if side else None for side in (before, after)]
        images = [live[mode]["icon"] if mode in live else None for mode in modes]
        default = modes[1]
    return Badges(_picture(session, images[0]), _picture(session, images[1]), badges.modes_falling_back(will), default)


def _picture(session: Session, sha256: str | None) -> Picture | None:
    if sha256 is None:
        return None
    columns = (Blob.width, Blob.height, Blob.size)
    row = session.execute(select(*columns).where(Blob.sha256 == sha256)).one_or_none()
    return None if row is None else Picture(sha256, *row)


def _roles(before: Payload | None, after: Payload | None) -> Roles:
    was, will = (side["roles"] if side else [] for side in (before, after))
    return Roles(
        gained=tuple(role for role in will if role not in was),
        lost=tuple(role for role in was if role not in will),
        kept=tuple(role for role in will if role in was),
    )


def _pages(session: Session, terms: Terms, before: Payload | None, after: Payload | None, course_id: str) -> Pages:
    was, will = before or INSTALLATION, after or INSTALLATION
    modes = tuple(dict.fromkeys((*previews.previewed_modes(was), *previews.previewed_modes(will))))
    course = course_id or _touched_course(session, was, will)
    trial = previews.try_on_courses(
        session, was, will, base_url=terms.base_url, now=terms.now, most=COURSES_TRIED
    )  # fmt: skip
    changing = frozenset(mode for mode in modes if _differs(session, terms, was, will, mode, course))
    return Pages(modes, changing, course, trial.flaws, trial.looked_at, trial.more)


def _differs(session: Session, terms: Terms, was: Payload, will: Payload, mode: str, course_id: str | None) -> bool:
    sides = [
        preview(session, terms, side, mode=mode, sample=SAMPLES[0], course_id=course_id).html for side in (was, will)
    ]
    return sides[0] != sides[1]


def _touched_course(session: Session, was: Payload, will: Payload) -> str | None:
    """Give a course run whose certificates alone would change, where the change is of single course runs or organisations."""
    parts = [side["configuration"] if side["enabled"] else {} for side in (was, will)]
    if _changed(parts, ("default", *(mode.value for mode in Mode))):
        return None
    sections: list[Sequence[Mapping[str, object]]] = [[part.get(name, {}) for part in parts] for name in _SECTIONS]
    named = _changed(sections[0], {*sections[0][0], *sections[0][1]})
    found = session.scalar(select(CourseRun.course_id).where(CourseRun.course_id.in_(named)).limit(1))
    for organisation in () if found else _changed(sections[1], {*sections[1][0], *sections[1][1]}):
        needle = folded(f"course-v1:{organisation}+")
        column = CourseRun.course_id_folded
        near = select(CourseRun.course_id).where(column >= needle, column < needle + "\U0010ffff")
        found = found or session.scalar(near.order_by(column.desc()).limit(1))
    return found


_SECTIONS = ("courses", "organizations")


def _changed(parts: Sequence[Mapping[str, object]], names: Sequence[str] | set[str]) -> list[str]:
    """Give the layers that differ; an empty one is as good as none."""
    return [name for name in sorted(names) if (parts[0].get(name) or {}) != (parts[1].get(name) or {})]
