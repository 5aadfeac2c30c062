"""Whose certificate is not valid now, and which awarded badges are revoked for it?"""

from typing import Any

from sqlalchemy import ColumnElement, Label, case, exists, or_, select
from sqlalchemy.orm import Session

from webapp.domain.badges import status_lists
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import IN_THE_MAKING, is_lost
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GeneratedCertificate, origin_of
from webapp.models.exceptions import Invalidation

_STATUS = (
    select(GeneratedCertificate.status).where(GeneratedCertificate.id == BadgeAward.certificate_id).scalar_subquery()
)
_INVALIDATED = exists().where(Invalidation.certificate_id == BadgeAward.certificate_id, Invalidation.active)
_CAME_FROM = origin_of(BadgeAward.certificate_id).scalar_subquery()
DECIDING: tuple[Label[Any], ...] = (
    _STATUS.label("status"),
    case((_STATUS.in_(IN_THE_MAKING), _CAME_FROM)).label("came_from"),
    _INVALIDATED.label("invalidated"),
)
"""What `is_revoked` needs of an award beside its state, looked up row by row."""


def find_lost(session: Session, award_id: int) -> bool:
    """Say whether the certificate of a badge that is there is not valid now; one that is made anew is (record 11)."""
    status, came_from, invalidated = session.execute(select(*DECIDING).where(BadgeAward.id == award_id)).one()
    return _is_lost(status, came_from, invalidated=bool(invalidated))


def is_revoked(state: BadgeState, status: Status, came_from: str | None, *, invalidated: bool) -> bool:
    """Say so exactly where the assertion answers 410; what was not awarded yet cannot be revoked."""
    return state is BadgeState.AWARDED and _is_lost(status, came_from, invalidated=invalidated)


def find_revoked(session: Session, award_id: int) -> bool:
    """Say whether one badge is revoked now."""
    return bool(_revoked(session, BadgeAward.id == award_id))


def revoked_places(session: Session, number_of_list: int) -> tuple[int, ...]:
    """Give the places of revoked badges in a status list, in order; all others stay in the database."""
    numbers = status_lists.numbers_of(number_of_list)
    found = _revoked(session, BadgeAward.status_number.between(numbers.start, numbers.stop - 1))
    return tuple(status_lists.place_of(number) for number in sorted(found))


def _is_lost(status: Status, came_from: str | None, *, invalidated: bool) -> bool:
    origin = None if came_from is None else Status(came_from)
    return is_lost(status, came_from=origin, invalidated=invalidated)


def _revoked(session: Session, condition: ColumnElement[bool]) -> list[int]:
    query = select(BadgeAward.status_number, BadgeAward.state, *DECIDING).where(condition)
    query = query.where(BadgeAward.state == BadgeState.AWARDED, or_(_STATUS != Status.DOWNLOADABLE, _INVALIDATED))
    return [
        number
        for number, state, status, came_from, invalidated in session.execute(query)
        if is_revoked(state, status, came_from, invalidated=bool(invalidated))
    ]
