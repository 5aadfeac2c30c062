"""Which change requests are there, and which of them wait for whom?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from webapp.domain.approval import policy
from webapp.domain.approval.policy import Person
from webapp.domain.approval.states import Origin, State
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.roles import Role
from webapp.models import prepared
from webapp.models.governance.changes import LIVE, ChangeRequest
from webapp.models.governance.versions import ConfigVersion
from webapp.models.prepared import Prepared
from webapp.services.configs import ledger
from webapp.services.governance import standing
from webapp.services.governance.reading.conditions import OWES_REVIEW, waits_for
from webapp.services.governance.standing import Freeze
from webapp.wording import joined, phrase, phrase_of

SHORT_LIST = 8
MOST_COUNTED = 99
"""Of what waits for somebody no more is counted."""
BY_PEOPLE = (Origin.PROPOSAL, Origin.EMERGENCY)


@dataclass(frozen=True, slots=True)
class Line:
    """One change request as a list shows it."""

    id: int
    kind: str
    kind_label: str
    key: str
    title: str
    sentence: str
    """What it does, in one sentence; empty where nothing can be said."""
    more: int
    """How many sentences there are beyond that."""
    state: State
    author: str
    created_at: datetime
    stale: bool
    owed: bool
    asked: bool
    """The one who looks was asked for the decision."""
    emergency: bool
    apply_at: datetime | None
    closed_at: datetime | None

    @property
    def heading(self) -> str:
        """What it is known by: its title, or else what it does."""
        return self.title or self.sentence or joined((self.kind_label, self.key))


@dataclass(frozen=True, slots=True)
class Notes:
    """What every page tells of changes."""

    waiting: int = 0
    """How many wait for the one who looks; 99 stands for as many or more."""
    freeze: Freeze | None = None
    owed: bool = False
    """Whether any review is owed."""
    overdue: int | None = None
    """The emergency whose review is owed for the longest, where that is too long."""


def of_people() -> Select[ChangeRequest]:
    """Give the question for the change requests of people.

    What the machine and an installation wrote is no request of anybody; it stands in the history of its key.
    """
    return select(ChangeRequest).where(ChangeRequest.origin.in_(BY_PEOPLE))


def waiting_for(session: Session, person: Person, most: int = SHORT_LIST) -> Sequence[ChangeRequest]:
    """Give what somebody can decide on, what they were asked for first and then the oldest; nothing without the role.

    What is stale waits for those who write on it.
    """
    if Role.APPROVER not in person.roles:
        return []
    query = select(ChangeRequest).where(LIVE, waits_for(person.id))
    asked_first = func.coalesce(ChangeRequest.asked_id, 0) != person.id
    return session.scalars(query.order_by(asked_first, ChangeRequest.id).limit(most)).all()


def open_of(session: Session, person: Person, most: int = SHORT_LIST) -> Sequence[ChangeRequest]:
    """Give somebody's own requests that are not closed, the newest first."""
    query = select(ChangeRequest).where(LIVE, ChangeRequest.author_id == person.id)
    return session.scalars(query.order_by(ChangeRequest.id.desc()).limit(most)).all()


def owed(session: Session, most: int = SHORT_LIST) -> Sequence[ChangeRequest]:
    """Give what an emergency made live and nobody else has looked at, the oldest first."""
    return session.scalars(select(ChangeRequest).where(OWES_REVIEW).order_by(ChangeRequest.id).limit(most)).all()


def last_applied(session: Session, most: int = SHORT_LIST) -> Sequence[ChangeRequest]:
    """Give the changes of people that became live last, the latest first."""
    query = (
        select(ChangeRequest)
        .join(ConfigVersion, ConfigVersion.change_id == ChangeRequest.id)
        .where(ChangeRequest.origin.in_(BY_PEOPLE))
        .order_by(ConfigVersion.id.desc())
    )
    return session.scalars(query.limit(most)).all()


def neighbours(session: Session, change: ChangeRequest) -> tuple[int | None, int | None]:
    """Give the open requests before and after one, by their numbers."""
    numbers = select(ChangeRequest.id).where(LIVE, ChangeRequest.origin.in_(BY_PEOPLE))
    before = numbers.where(ChangeRequest.id < change.id).order_by(ChangeRequest.id.desc()).limit(1)
    after = numbers.where(ChangeRequest.id > change.id).order_by(ChangeRequest.id).limit(1)
    return session.scalar(before), session.scalar(after)


def lines_of(session: Session, changes: Sequence[ChangeRequest], person: Person) -> list[Line]:
    """Give the lines of some requests, in two questions for all of them."""
    heads = ledger.live_numbers(session, {(change.kind, change.key) for change in changes})
    bases = _bases_of(session, changes)
    return [_line(change, heads, bases, person) for change in changes]


def find_notes(session: Session, person: Person, *, now: datetime) -> Notes:
    """Give what every page tells of changes: in one question, or two while changes are frozen."""
    decides = Role.APPROVER in person.roles
    values = {"account_id": person.id, "overdue_before": now - policy.REVIEW_WITHIN}
    found = prepared.Line.of(session).ask(_NOTES_OF_APPROVER if decides else _NOTES, values)
    frozen, thawed, first_owed, first_overdue, *counted = found[0]
    return Notes(
        waiting=counted[0] if counted else 0,
        freeze=standing.freeze_of(session, frozen, thawed, now=now),
        owed=first_owed is not None,
        overdue=first_overdue,
    )


def age(since: datetime, now: datetime) -> str:
    """Say how long ago something was, in the largest unit that fits."""
    gone = max(now - since, timedelta())
    if days := gone // timedelta(days=1):
        return phrase_of(days, "{number} day", "{number} days")
    if hours := gone // timedelta(hours=1):
        return phrase_of(hours, "{number} hour", "{number} hours")
    if minutes := gone // timedelta(minutes=1):
        return phrase_of(minutes, "{number} minute", "{number} minutes")
    return phrase("less than a minute")


_Numbers = Mapping[tuple[str, str], int]


def _bases_of(session: Session, changes: Iterable[ChangeRequest]) -> dict[tuple[str, str, int], ConfigVersion]:
    wanted = {(change.kind, change.key, change.base_version) for change in changes}
    if not wanted:
        return {}
    place = tuple_(ConfigVersion.kind, ConfigVersion.key, ConfigVersion.version)
    rows = session.scalars(select(ConfigVersion).where(place.in_(wanted)))
    return {(row.kind, row.key, row.version): row for row in rows}


def _line(
    change: ChangeRequest, heads: _Numbers, bases: Mapping[tuple[str, str, int], ConfigVersion], person: Person
) -> Line:
    rule = KINDS[Kind(change.kind)]
    base = ledger.payload_of(bases.get((change.kind, change.key, change.base_version)))
    said = rule.sentences(base, ledger.payload_of(change), "" if rule.single else change.key)
    is_open = change.closed_at is None
    return Line(
        id=change.id,
        kind=change.kind,
        kind_label=rule.label,
        key=change.key,
        title=change.title,
        sentence=said[0] if said else "",
        more=max(len(said) - 1, 0),
        state=change.state,
        author=change.author_name,
        created_at=change.created_at,
        stale=is_open and heads.get((change.kind, change.key), 0) != change.base_version,
        owed=change.owes_review,
        asked=is_open and change.asked_id == person.id,
        emergency=change.emergency,
        apply_at=change.apply_at,
        closed_at=change.closed_at,
    )


def _notes(*, decides: bool) -> Prepared:
    """Every page of the staff asks it."""
    overdue = select(func.min(ChangeRequest.id)).where(
        OWES_REVIEW, ChangeRequest.closed_at <= bindparam("overdue_before")
    )
    owing = select(func.min(ChangeRequest.id)).where(OWES_REVIEW)
    columns = [standing.LAST_FREEZE, standing.LAST_THAW, owing.scalar_subquery(), overdue.scalar_subquery()]
    if decides:
        waiting = (
            select(ChangeRequest.id).where(LIVE, waits_for(bindparam("account_id"))).limit(MOST_COUNTED).subquery()
        )
        columns.append(select(func.count()).select_from(waiting).scalar_subquery())
    return Prepared(select(*columns))


_NOTES, _NOTES_OF_APPROVER = _notes(decides=False), _notes(decides=True)
