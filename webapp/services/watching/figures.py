"""Which figures does the home page tell, and as of when? Counted by a job, so that no look at them counts anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    ScalarSelect,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    extract,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Cause
from webapp.domain.watching import figures
from webapp.domain.watching.figures import WAITS, Day, Issue, Measure, Wait
from webapp.models.certificates import BECAME_ISSUED, CertificateTransition
from webapp.models.messages import CallbackInbox
from webapp.models.watching.figures import HourFigure, StatusFigure
from webapp.services.watching.counting import COUNTED, count_certificates

LATE = timedelta(hours=1)
"""So long before the last count is counted anew: whoever wrote then may have committed since."""
_WITH_QUEUE = (Status.GENERATING, Status.REGENERATING)
_ISSUED = (Status.DOWNLOADABLE, Status.REGENERATING)
"""A certificate that is downloadable after one of these is made anew."""


@dataclass(frozen=True, slots=True)
class Count:
    """What one count found."""

    at: datetime
    since: datetime
    """The hours from here on were counted."""
    statuses: Mapping[Status, float]
    hours: Mapping[tuple[date, int, Measure, str], int]


@dataclass(frozen=True, slots=True)
class Board:
    """The figures as they were last counted."""

    at: datetime | None
    """None before the first count: then all that follows is empty."""
    statuses: Mapping[Status, int]
    """Every status; more than COUNTED stands for about that many."""
    days: Mapping[Measure, Sequence[Day]]


def count(session: Session, *, now: datetime) -> Count:
    """Count what has changed since the last count, and the statuses; reads only. The first count takes all days shown."""
    first = datetime.combine(figures.first_day(now), datetime.min.time(), now.tzinfo)
    last = session.scalar(select(func.max(StatusFigure.at)))
    since = first if last is None else max(first, _hour_of(last - LATE))
    hours: dict[tuple[date, int, Measure, str], int] = {}
    for measure, query in _questions(session, since):
        for hour, part, number in session.execute(query):
            day, clock_hour = hour.split(" ")
            hours[date.fromisoformat(day), int(clock_hour), measure, part] = number
    return Count(now, since, count_certificates(session), hours)


def keep(session: Session, found: Count) -> None:
    """Write down what a count found in the place of what stood there; whoever does so at the same moment found the same."""
    day, hour = found.since.date(), found.since.hour
    counted_anew = or_(HourFigure.day > day, and_(HourFigure.day == day, HourFigure.hour >= hour))
    session.execute(delete(HourFigure).where(or_(counted_anew, HourFigure.day < figures.first_day(found.at))))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    hours = dialect.insert(HourFigure)
    rows = [
        {"day": of_day, "hour": of_hour, "measure": measure, "part": part, "number": number}
        for (of_day, of_hour, measure, part), number in sorted(found.hours.items())
    ]
    if rows:
        place = ["day", "hour", "measure", "part"]
        session.execute(hours.on_conflict_do_update(index_elements=place, set_={"number": hours.excluded.number}), rows)
    statuses = dialect.insert(StatusFigure)
    changed = {"number": statuses.excluded.number, "at": statuses.excluded.at}
    session.execute(
        statuses.on_conflict_do_update(index_elements=["status"], set_=changed),
        [{"status": one, "number": int(number), "at": found.at} for one, number in sorted(found.statuses.items())],
    )


def read_board(session: Session, *, now: datetime) -> Board:
    """Give the figures of all days that are shown, in two questions, neither of which counts."""
    statuses = session.execute(select(StatusFigure.status, StatusFigure.number, StatusFigure.at)).all()
    parts = (HourFigure.day, HourFigure.measure, HourFigure.part)
    query = select(*parts, func.sum(HourFigure.number)).where(HourFigure.day >= figures.first_day(now))
    counted: dict[Measure, list[tuple[date, str, int]]] = {measure: [] for measure in Measure}
    for day, measure, part, number in session.execute(query.group_by(*parts)):
        counted[measure].append((day, part, int(number)))
    return Board(
        max((at for _, _, at in statuses), default=None),
        {status: number for status, number, _ in statuses},
        {measure: figures.by_day(rows, now) for measure, rows in counted.items()},
    )


def read_statuses(session: Session, *, since: datetime) -> Mapping[Status, int] | None:
    """Give how many certificates have each status, where that was counted since a moment; None where it was not."""
    rows = session.execute(select(StatusFigure.status, StatusFigure.number).where(StatusFigure.at >= since)).all()
    return {status: number for status, number in rows} or None  # noqa: C416 - rows are no pairs to mypy


def is_about(number: int) -> bool:
    """Say whether a number of certificates is one that nobody counted out."""
    return number > COUNTED


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _questions(session: Session, since: datetime) -> Iterator[tuple[Measure, Select[str, str, int]]]:
    """Give for each measure the question for hour, part and number."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"

    def ask(
        at: InstrumentedAttribute[datetime], part: ColumnElement[str], *of: ColumnExpressionArgument[bool]
    ) -> Select[str, str, int]:
        if on_postgresql:
            hour = func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24")
        else:
            hour = func.strftime("%Y-%m-%d %H", at)
        # By their places: PostgreSQL takes the parameters of an expression for others than those of the same one above.
        return select(hour, part, func.count()).where(at >= since, *of).group_by(text("1"), text("2"))

    move = CertificateTransition
    anew = case((move.from_status.in_(_ISSUED), Issue.ANEW.value), else_=Issue.FIRST.value)
    yield Measure.ISSUED, ask(move.at, anew, BECAME_ISSUED, move.cause != Cause.IMPORT)
    yield Measure.ANSWERS, ask(CallbackInbox.received_at, cast(CallbackInbox.outcome, String))
    asked_at = _asked_at()
    # To SQLite the toolkit would say that one moment taken from another is a moment.
    in_days: ColumnElement[Any] = func.julianday(move.at) - func.julianday(asked_at)
    seconds: Any = extract("epoch", move.at - asked_at) if on_postgresql else in_days * 86_400
    waited = case(*((seconds <= most, wait.value) for wait, most in WAITS), else_=Wait.LONGER.value)
    by_queue = (BECAME_ISSUED, move.from_status.in_(_WITH_QUEUE), asked_at.is_not(None))
    yield Measure.WAIT, ask(move.at, waited, *by_queue)


def _asked_at() -> ScalarSelect[datetime]:
    """When the job that made a certificate downloadable was asked for: sent again, it is still that request."""
    request, move = aliased(CertificateTransition), CertificateTransition
    return (
        select(request.at)
        .where(
            request.certificate_id == move.certificate_id,
            request.id < move.id,
            request.to_status.in_(_WITH_QUEUE),
            or_(request.from_status.is_(None), request.from_status.not_in(_WITH_QUEUE)),
        )
        .order_by(request.id.desc())
        .limit(1)
        .correlate(move)
        .scalar_subquery()
    )
