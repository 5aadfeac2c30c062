"""How do people have a run over certificates that they chose in a list (record 35)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, distinct, exists, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.runs import Among, RunState
from webapp.errors import UnknownRun
from webapp.errors.desk import NothingChosen, NotRehearsed, OthersCourses, TooManyChosen
from webapp.models.certificates import GeneratedCertificate, GenerationRun
from webapp.models.desk.selections import CertificateSelection, SelectedCertificate
from webapp.models.learners import CourseRole
from webapp.services.generation.runs import wishes
from webapp.services.platform.course_staff import TEACHES, is_course_staff
from webapp.wording import phrase, phrase_of

MOST_CHOSEN = 100_000
"""So many certificates one run takes; above that the filter is likely a slip."""
TOLD_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose: certificates that meet all conditions, and by what, in words."""

    conditions: Sequence[ColumnElement[bool]]
    told: str
    form: str
    """The form by itself, with what was chosen in it: whoever sends the same again means the same run."""


def count_matching(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """Count what matches, one above MOST_CHOSEN at most."""
    found = select(GeneratedCertificate.id).where(*conditions).limit(MOST_CHOSEN + 1)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def start_chosen(
    session: Session,
    actor: Actor,
    choice: Choice,
    purpose: Purpose,
    *,
    team_of: int | None = None,
    at_most: int = MOST_CHOSEN,
    now: datetime,
) -> GenerationRun:
    """Keep which certificates are chosen, and begin a dry run over them; a form that is sent twice begins one.

    `team_of` is the learner whom whoever asks is tied to, where they may act in their own course runs alone. Raises
    NothingChosen, TooManyChosen, OthersCourses.
    """
    digest = sha256("\n".join((str(actor.id), purpose, choice.form, choice.told)).encode()).hexdigest()
    begun = _find_begun(session, digest)
    if begun is not None:
        return begun
    selection = CertificateSelection(digest=digest, size=0, courses=0, created_at=now)
    try:
        with session.begin_nested():
            session.add(selection)
    except IntegrityError:  # the same form came twice at once
        begun = _find_begun(session, digest)
        if begun is None:
            raise
        return begun
    _keep(session, selection, choice.conditions, at_most)
    if team_of is not None:
        _refuse_others(session, selection.id, team_of)
    return _begin(session, actor, selection, purpose, choice.told, dry_run=True, now=now)


def start_for_real(
    session: Session, actor: Actor, rehearsed_id: int, *, team_of: int | None = None, now: datetime
) -> GenerationRun:
    """Do what a dry run over chosen certificates has foreseen, with the same certificates; once, however often it is asked.

    Each is judged anew, by what is so now. Raises UnknownRun, NotRehearsed, OthersCourses.
    """
    rehearsed = session.get(GenerationRun, rehearsed_id, with_for_update=True, populate_existing=True)
    if rehearsed is None:
        raise UnknownRun(phrase("There is no run {number}.", number=rehearsed_id))
    if rehearsed.selection_id is None or not rehearsed.dry_run or rehearsed.state is not RunState.DONE:
        raise NotRehearsed(
            phrase("Run {number} is no dry run over chosen certificates that is done.", number=rehearsed_id)
        )
    if team_of is not None:
        _refuse_others(session, rehearsed.selection_id, team_of)
    selection = session.get_one(CertificateSelection, rehearsed.selection_id)
    begun = find_for_real(session, selection.id)
    return begun or _begin(session, actor, selection, rehearsed.purpose, rehearsed.chosen, dry_run=False, now=now)


def find_for_real(session: Session, selection_id: int) -> GenerationRun | None:
    """Give the run that changed, or changes, what was chosen; None where it was only foreseen."""
    run = GenerationRun
    return session.scalar(select(run).where(run.selection_id == selection_id, run.dry_run.is_(False)))


def courses_of(session: Session, run: GenerationRun) -> int:
    """Give of how many course runs the chosen certificates are."""
    return session.get_one(CertificateSelection, run.selection_id).courses


def is_of_team(session: Session, run: GenerationRun, learner_id: int | None) -> bool:
    """Say whether a learner is staff or instructor of each course run that a run goes over."""
    if learner_id is None:
        return False
    if run.selection_id is None:
        return is_course_staff(session, learner_id, run.course_id)
    return session.scalar(_others(run.selection_id, learner_id).limit(1)) is None


def _find_begun(session: Session, digest: str) -> GenerationRun | None:
    run, selection = GenerationRun, CertificateSelection
    query = select(run).join(selection, selection.id == run.selection_id)
    return session.scalar(query.where(selection.digest == digest, run.dry_run))


def _keep(
    session: Session, selection: CertificateSelection, conditions: Sequence[ColumnElement[bool]], at_most: int
) -> None:
    held, kept = GeneratedCertificate, SelectedCertificate
    found = select(held.id, held.course_id).where(*conditions).limit(at_most + 1).subquery()
    place = func.row_number().over(order_by=(found.c.course_id, found.c.id))
    rows = select(literal(selection.id), place, found.c.id)
    session.connection().execute(insert(kept).from_select(["selection_id", "place", "certificate_id"], rows))
    count = select(func.count(), func.count(distinct(held.course_id))).select_from(kept)
    size, courses = session.execute(
        count.join(held, held.id == kept.certificate_id).where(kept.selection_id == selection.id)
    ).one()
    if not size:
        raise NothingChosen(phrase("No certificate is chosen."))
    if size > at_most:
        most = f"{at_most:,}"
        raise TooManyChosen(
            phrase("More than {most} certificates match, and one run takes no more. Narrow the list.", most=most)
        )
    selection.size, selection.courses = size, courses
    session.flush()


def _others(selection_id: int, learner_id: int) -> Select[int]:
    """Those of the chosen certificates that are of course runs in which a learner is neither staff nor instructor."""
    held, kept, role = GeneratedCertificate, SelectedCertificate, CourseRole
    taught = exists().where(role.learner_id == learner_id, role.course_id == held.course_id, TEACHES)
    query = select(kept.place).join(held, held.id == kept.certificate_id)
    return query.where(kept.selection_id == selection_id, ~taught)


def _refuse_others(session: Session, selection_id: int, learner_id: int) -> None:
    found = select(func.count()).select_from(_others(selection_id, learner_id).subquery())
    number = session.scalar(found) or 0
    if number:
        raise OthersCourses(
            phrase_of(
                number,
                "{number} of the chosen certificates is of a course run that you do not teach.",
                "{number} of the chosen certificates are of course runs that you do not teach.",
            )
        )


def _begin(
    session: Session,
    actor: Actor,
    selection: CertificateSelection,
    purpose: Purpose,
    told: str,
    *,
    dry_run: bool,
    now: datetime,
) -> GenerationRun:
    run = GenerationRun(course_id="", purpose=purpose, statuses=[], among=Among.EVERYBODY, dry_run=dry_run)
    run.selection_id, run.chosen, run.total = selection.id, told[:TOLD_LENGTH], selection.size
    run.asked_by, run.asked_by_id, run.request_id = actor.name, actor.id, actor.request_id
    run.created_at = run.modified_at = now
    run.state, run.place, run.left_out = RunState.WAITING, 0, 0
    session.add(run)
    session.flush()
    wishes.tell(session, actor, run, "run.started", now=now)
    return run
