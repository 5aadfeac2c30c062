"""How much would a change of configuration touch? Numbers for whoever decides on it (approvals note §4)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.orm import Session

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import IN_FLIGHT, PASSED, Status
from webapp.domain.identifiers import folded
from webapp.models.certificates import HAS_ID, GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.learners import CourseGrade, Enrollment
from webapp.services.configs.amounts import COUNTED, ISSUED, LEARNERS, RUNS, Amount
from webapp.wording import joined, phrase, phrase_of

LOOKED_AT = 50_000
"""So many rows of a mode or a course run are looked at; if there are more, what was found is said as "at least"."""
MOST_COURSES = 5_000
"""So many course runs of organisations are looked at."""
SHOWN_NAMES = 10
Payload = Mapping[str, Any]
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Around:
    """What is live under other keys, as the ledger says."""

    self_generating: int = 0
    """How many course runs have self-generation on."""
    badges: frozenset[str] = frozenset()
    """The modes that have a badge image."""
    default_badge: str | None = None
    """The mode that the default points to."""


def impact(
    session: Session,
    kind: str,
    key: str,
    before: Payload | None,
    after: Payload | None,
    *,
    around: Around | None = None,
) -> tuple[str, ...]:
    """Say in plain sentences with numbers what a change of a kind's payload touches; None is no payload.

    Each number is bounded, so that no count takes long: "more than 10,000", "at least 37". Raises KeyError for a kind
    that there is not.
    """
    return _IMPACTS[kind](session, key, before, after, around or Around())


def _html_view(
    session: Session, _key: str, before: Payload | None, after: Payload | None, _around: Around
) -> tuple[str, ...]:
    was, will = _configuration(before), _configuration(after)
    named = {section: _changed(_part(was, section), _part(will, section)) for section in _SECTIONS}
    layers = [name for name in _changed(was, will) if name not in _SECTIONS]
    said: list[str] = []
    if layers or named["organizations"] or named["courses"]:
        modes = None if "default" in layers else layers
        course_ids, complete = _courses_of(session, named["organizations"], named["courses"])
        pages = _pages(modes, course_ids)
        certificates, learners = _count_pages(session, pages, modes, complete=complete)
        runs = _count(session, _runs(pages, modes, course_ids), complete=certificates.complete if modes else complete)
        said += [
            phrase(
                "Changes the pages of {certificates} of {learners}.",
                certificates=certificates.of(ISSUED),
                learners=learners.of(LEARNERS),
            ),
            phrase("Concerns the certificates of {runs}.", runs=runs.of(RUNS)),
        ]
    if named["sites"]:
        sites = _listed(named["sites"])
        said.append(phrase("Changes every certificate page that is opened at the site {sites}.", sites=sites))
    return tuple(said) or (phrase("No certificate page changes."),)


def _course(
    session: Session, key: str, _before: Payload | None, _after: Payload | None, _around: Around
) -> tuple[str, ...]:
    enrolled = select(Enrollment.id).where(Enrollment.course_id == key, Enrollment.active)
    of_course = select(CourseGrade.learner_id, CourseGrade.passed).where(CourseGrade.course_id == key)
    grade = of_course.limit(LOOKED_AT).subquery()
    place = select(Enrollment.id).where(
        Enrollment.learner_id == grade.c.learner_id,
        Enrollment.course_id == key,
        Enrollment.active,
        Enrollment.mode != Mode.AUDIT,
    )
    held = select(GeneratedCertificate.id).where(
        GeneratedCertificate.learner_id == grade.c.learner_id,
        GeneratedCertificate.course_id == key,
        GeneratedCertificate.status.in_(sorted(PASSED | IN_FLIGHT)),
    )
    waiting = select(grade.c.learner_id).where(grade.c.passed, place.exists(), ~held.exists())
    complete = _all_looked_at(session, of_course.with_only_columns(CourseGrade.id))
    return (
        phrase("Enrolled now: {learners}.", learners=_count(session, enrolled).of(LEARNERS)),
        phrase(
            "Passed, and without a certificate: {learners}.",
            learners=_count(session, waiting, complete=complete).of(LEARNERS),
        ),
    )


def _generation(
    _session: Session, _key: str, _before: Payload | None, _after: Payload | None, around: Around
) -> tuple[str, ...]:
    number = around.self_generating
    return (
        phrase_of(
            number,
            "Self-generation is on in {runs}, which follows this switch.",
            "Self-generation is on in {runs}, which follow this switch.",
            runs=Amount(number).of(RUNS),
        ),
    )


def _badge(
    _session: Session, key: str, _before: Payload | None, after: Payload | None, around: Around
) -> tuple[str, ...]:
    return _falling_back(around.badges - {key} if after is None else around.badges | {key}, around.default_badge)


def _badge_default(
    _session: Session, _key: str, _before: Payload | None, after: Payload | None, around: Around
) -> tuple[str, ...]:
    return _falling_back(around.badges, after["mode"] if after else None)


def _nothing(
    _session: Session, _key: str, _before: Payload | None, _after: Payload | None, _around: Around
) -> tuple[str, ...]:
    """Whom a crawler list catches is counted by user agent, and what an account may do concerns no certificate."""
    return ()


def _falling_back(badges: Collection[str], default: str | None) -> tuple[str, ...]:
    """Tell of the modes without an image of their own (decision 32)."""
    modes = [mode.value for mode in Mode if mode not in badges]
    if not modes:
        return (phrase("Every mode has a badge image of its own."),)
    if default in badges:
        said = phrase_of(
            len(modes),
            "{number} mode has no badge image of its own, and falls back to that of {default}: {modes}.",
            "{number} modes have no badge image of their own, and fall back to that of {default}: {modes}.",
            default=default,
            modes=_listed(modes),
        )
    else:
        said = phrase_of(
            len(modes),
            "{number} mode has no badge image of its own nor a default to fall back to, so that its awards wait: {modes}.",
            "{number} modes have no badge image of their own nor a default to fall back to, so that their awards wait: {modes}.",
            modes=_listed(modes),
        )
    return (said,)


def _configuration(payload: Payload | None) -> Mapping[str, Any]:
    """What is in force: nothing, where it is switched off (decision 28)."""
    return _part(payload, "configuration") if payload and payload.get("enabled") is True else {}


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = whole.get(key)
    return found if isinstance(found, Mapping) else {}


def _changed(was: Mapping[str, Any], will: Mapping[str, Any]) -> list[str]:
    """The names whose layers differ; an empty layer is like none."""
    return sorted(name for name in {*was, *will} if (was.get(name) or {}) != (will.get(name) or {}))


def _pages(modes: Sequence[str] | None, course_ids: Sequence[str]) -> Rows:
    """Select certificates whose pages change, one more than are counted at most; `modes` is None for every mode."""
    rows = GeneratedCertificate
    sources: list[Rows] = [_with_page(place) for place in _places(modes)]
    if modes is not None:
        here = select(rows.id, rows.learner_id, rows.course_id).where(rows.course_id.in_(course_ids), *_has_page(rows))
        sources.append(here.limit(COUNTED + 1))
    found = union(*(select(source.subquery()) for source in sources)).subquery()
    return select(found).limit(COUNTED + 1)


def _count_pages(
    session: Session, pages: Rows, modes: Sequence[str] | None, *, complete: bool
) -> tuple[Amount, Amount]:
    """Count the certificates and their learners."""
    counted = pages.subquery()
    certificates, learners = session.execute(
        select(func.count(), func.count(counted.c.learner_id.distinct())).select_from(counted)
    ).one()
    whole = complete and certificates <= COUNTED and all(_all_looked_at(session, place) for place in _places(modes))
    return Amount(certificates, complete=whole), Amount(learners, complete=whole)


_WITH_ID: Rows = select(GeneratedCertificate.id).where(HAS_ID).order_by(GeneratedCertificate.verify_uuid)
"""Certificates that have a public id, in the order of the index that holds only these: most others never were issued."""


def _places(modes: Sequence[str] | None) -> list[Rows]:
    """Where the certificates stand: all of them, or those of each mode, the newest first."""
    rows = GeneratedCertificate
    if modes is None:
        return [_WITH_ID]
    return [select(rows.id).where(rows.mode == mode).order_by(rows.id.desc()) for mode in modes]


def _with_page(place: Rows) -> Rows:
    """Those with a page among the first rows of a place."""
    rows = GeneratedCertificate
    columns = rows.id, rows.learner_id, rows.course_id, rows.status, rows.verify_uuid
    first = place.with_only_columns(*columns).limit(LOOKED_AT).subquery()
    return select(first.c.id, first.c.learner_id, first.c.course_id).where(*_has_page(first.c)).limit(COUNTED + 1)


def _has_page(columns: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - the columns of the table, or of a query on it
    return columns.status == Status.DOWNLOADABLE, columns.verify_uuid != ""


def _runs(pages: Rows, modes: Sequence[str] | None, course_ids: Sequence[str]) -> Rows:
    """Select the course runs that offer a mode, are named, or have certificates whose pages change."""
    every = select(CourseRun.id)
    if modes is None:
        return every
    offered = select(CourseMode.id).where(
        CourseMode.course_id == CourseRun.course_id, CourseMode.mode.in_(modes), CourseMode.active
    )
    parts = (
        every.where(offered.exists()),
        every.where(CourseRun.course_id.in_(course_ids)),
        every.where(CourseRun.course_id.in_(select(pages.subquery().c.course_id))),
    )
    return select(union(*(select(part.limit(COUNTED + 1).subquery()) for part in parts)).subquery())


def _courses_of(session: Session, organisations: Iterable[str], named: Iterable[str]) -> tuple[list[str], bool]:
    """Give the course runs that are named and those of organisations, and whether these are all."""
    found = set(named)
    for organisation in organisations:
        for beginning in (f"course-v1:{organisation}+", f"{organisation}/", f"ccx-v1:{organisation}+"):
            needle, column = folded(beginning), CourseRun.course_id_folded
            near = select(CourseRun.course_id).where(column >= needle, column < needle + "\U0010ffff")
            exact = func.substr(CourseRun.course_id, 1, len(beginning)) == beginning  # LIKE passes over case on SQLite
            found.update(session.scalars(near.where(exact).limit(MOST_COURSES + 1)))
            if len(found) > MOST_COURSES:
                return sorted(found)[:MOST_COURSES], False
    return sorted(found), True


def _count(session: Session, query: Rows, *, complete: bool = True) -> Amount:
    number = session.scalar(select(func.count()).select_from(query.limit(COUNTED + 1).subquery())) or 0
    return Amount(number, complete=complete)


def _all_looked_at(session: Session, query: Rows) -> bool:
    number = session.scalar(select(func.count()).select_from(query.limit(LOOKED_AT + 1).subquery())) or 0
    return number <= LOOKED_AT


def _listed(names: Sequence[str]) -> str:
    more, shown = len(names) - SHOWN_NAMES, joined(names[:SHOWN_NAMES])
    return (
        phrase_of(more, "{names} and {number} more", "{names} and {number} more", number=more, names=shown)
        if more > 0
        else shown
    )


_SECTIONS = ("organizations", "sites", "courses")
_Impact = Callable[[Session, str, Payload | None, Payload | None, Around], tuple[str, ...]]
_IMPACTS: Mapping[str, _Impact] = {
    "html-view": _html_view,
    "crawlers": _nothing,
    "generation": _generation,
    "course": _course,
    "badge": _badge,
    "badge-default": _badge_default,
    "access": _nothing,
}
