"""What can be asked for: generate, regenerate, judge anew; for one learner, or for many at once?"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from webapp.domain.certificates import effects
from webapp.domain.certificates.eligibility import Purpose, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Move
from webapp.domain.identifiers import CourseId
from webapp.models.base import ISSUE
from webapp.services.generation import facts, invalidations, making
from webapp.services.generation.making import Made
from webapp.services.generation.orders import Order
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect

RETRIABLE = frozenset({None, Status.UNAVAILABLE, Status.NOT_PASSING, Status.ERROR})
"""From these a learner's own request is judged anew; any other status is told as it is (decision 17)."""


def generate(session: Session, order: Order, username: str, course_id: CourseId) -> Made:
    """Judge a learner and make what they have earned, or leave the refusal's status; raises UnknownLearner."""
    return _one(session, order, username, course_id, Purpose.GENERATE)


def regenerate(
    session: Session,
    order: Order,
    username: str,
    course_id: CourseId,
    *,
    end_invalidation: bool = False,
    forced_label: str = "",
    template: str = "",
) -> Made:
    """Make a certificate anew, under its link (decision 9); refused, it stays as it is (decision 50). Raises UnknownLearner.

    An active invalidation is ended first where the caller says so, in the same transaction.
    """
    learner_id = facts.find_learner_id(session, username)
    facts.lock(session, course_id, [learner_id])
    if end_invalidation:
        invalidations.end_active(session, order, learner_id, course_id)
    known, held = _known(session, order, course_id, [learner_id])
    wished = known[0]._replace(forced_label=forced_label, template=template)
    return _counted(session, making.carry_out(session, order, [decide(wished, Purpose.REGENERATE)], held))[0]


def judge_anew(session: Session, order: Order, username: str, course_id: CourseId) -> Made:
    """Take a certificate away that is not earned any more: after the allowlist, or a grade that fails (decision 50)."""
    return _one(session, order, username, course_id, Purpose.JUDGE_ANEW)


def request(session: Session, order: Order, username: str, course_id: CourseId) -> Status | None:
    """Give the status that a learner's own request ends in (decision 17); raises UnknownLearner."""
    learner_id = facts.find_learner_id(session, username)
    held = facts.read_held(session, course_id, [learner_id]).get(learner_id)
    if held is not None and held["status"] not in RETRIABLE:
        status: Status = held["status"]
        return status
    return generate(session, order, username, course_id).status


def generate_many(
    session: Session,
    order: Order,
    course_id: CourseId,
    learner_ids: Sequence[int],
    purpose: Purpose = Purpose.GENERATE,
    *,
    told: Callable[[Sequence[Made]], None] | None = None,
) -> list[Made]:
    """Judge learners of one course run and carry out the verdicts, by the same rules as one by one; see `carry_out`."""
    facts.lock(session, course_id, learner_ids)
    known, held = _known(session, order, course_id, learner_ids)
    decisions = [decide(one, purpose) for one in known]
    return _counted(session, making.carry_out(session, order, decisions, held, told=told))


def schedule(session: Session, order: Order, learner_id: int, course_id: CourseId, *, delay: timedelta) -> None:
    """Judge a learner a moment later, by the facts of that moment (decision 24)."""
    schedule_many(session, order, [(learner_id, course_id)], delay=delay)


def schedule_many(
    session: Session,
    order: Order,
    places: Iterable[tuple[int, str]],
    *,
    delay: timedelta,
    purpose: Purpose = Purpose.GENERATE,
) -> None:
    """Judge learners, each in a course run, a moment later; see `schedule`."""
    about = {} if purpose is Purpose.GENERATE else {"purpose": purpose.value}
    wishes = [
        Effect(Channel.GENERATION, {"learner_id": learner_id, "course_id": course_id, **about}, delay=delay)
        for learner_id, course_id in places
    ]
    outbox.add(session, wishes, now=order.now)


def foresee(
    session: Session, order: Order, course_id: CourseId, learner_ids: Sequence[int], purpose: Purpose
) -> list[Made]:
    """Say what `generate_many` would do, and do nothing."""
    known, _ = _known(session, order, course_id, learner_ids)
    found = []
    for one in known:
        decision = decide(one, purpose)
        wanted = effects.move_to(decision)
        move, status = wanted or (None, one.status)
        queued = move in (Move.SUBMIT, Move.SUBMIT_AGAIN)
        found.append(Made(decision, one.status, status, queued, one.certificate_id))
    return found


def _one(session: Session, order: Order, username: str, course_id: CourseId, purpose: Purpose) -> Made:
    return generate_many(session, order, course_id, [facts.find_learner_id(session, username)], purpose)[0]


def _counted(session: Session, made: list[Made]) -> list[Made]:
    """Have it counted what came of verdicts, once it is committed."""
    session.info.setdefault(ISSUE, Counter()).update(_result(one) for one in made)
    return made


def _result(made: Made) -> str:
    if not made.decision.earned:
        return "refused"
    if not made.changed:
        return "unchanged"
    return "queued" if made.queued else "issued"


def _known(
    session: Session, order: Order, course_id: CourseId, learner_ids: Sequence[int]
) -> tuple[list[Facts], facts.Held]:
    course = facts.read_course(session, course_id, now=order.now, queue_configured=order.queue_configured)
    held = facts.read_held(session, course_id, learner_ids)
    return facts.read(session, course, learner_ids, held), held
