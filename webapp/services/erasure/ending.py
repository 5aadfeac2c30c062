"""What becomes of the certificates of a learner who is erased, and who is told?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain import tracking
from webapp.domain.actors import Actor
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Cause
from webapp.domain.certificates.visibility import is_lost
from webapp.domain.learners import erasure as rules
from webapp.models.badges import BadgeAward
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.exceptions import Invalidation
from webapp.services import certificate_pages
from webapp.services.erasure.parts import certificates_of
from webapp.services.erasure.person import Person
from webapp.services.messages.outbox import Channel, Effect

_EMPTIED = {"name": "", "grade": "", "error_reason": "", "key": "", "submitted_at": None}
"""The link's id, a file's address and the mode stay: they say that there was a certificate, and where its file lies."""


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate as it was before."""

    id: int
    status: Status
    course_id: str
    mode: str
    verify_uuid: str
    valid: bool


def lock(session: Session, person: Person) -> list[Held]:
    """Give what a learner holds, so that no answer of the queue settles it meanwhile."""
    row = GeneratedCertificate
    invalidated = exists().where(Invalidation.certificate_id == row.id, Invalidation.active)
    session.scalars(select(row.id).where(certificates_of(person)).order_by(row.id).with_for_update()).all()
    found = session.execute(
        select(row.id, row.status, row.course_id, row.mode, row.verify_uuid, invalidated)
        .where(certificates_of(person))
        .order_by(row.id)
    ).all()
    return [
        Held(number, status, course_id, mode, uuid, _is_valid(session, number, status, invalidated=bool(void)))
        for number, status, course_id, mode, uuid, void in found
    ]


def end(session: Session, actor: Actor, held: Sequence[Held], now: datetime) -> int:
    """Empty certificates, end those that are valid or could become so, and say how many that were."""
    row, moved = GeneratedCertificate, []
    for one in held:
        target = rules.ended(one.status)
        values = {**_EMPTIED, "modified_at": now, "status": target or one.status}
        session.execute(update(row).where(row.id == one.id).values(values))
        if target is not None:
            moved.append(
                {
                    "certificate_id": one.id,
                    "at": now,
                    "from_status": one.status,
                    "to_status": target,
                    "cause": Cause.ERASED,
                    "actor_name": actor.name,
                    "reason": "",
                    "request_id": actor.request_id,
                }
            )
    if moved:
        session.execute(insert(CertificateTransition), moved)
    return len(moved)


def effects_of(session: Session, held: Sequence[Held], now: datetime) -> list[Effect]:
    """Give what is told, of nobody by name: a lost certificate to the analytics, a lost badge to itself.

    The bus is told nothing: its event has no meaning but by the person whom it names (record 37).
    """
    found = []
    for one in held:
        if one.valid:
            event = tracking.revoked(
                user_id=None,
                course_id=one.course_id,
                certificate_id=one.verify_uuid,
                enrollment_mode=one.mode,
                source="erasure",
                at=now,
            )
            found.append(Effect(Channel.TRACKING, event, one.id))
    awarded = select(BadgeAward.certificate_id).where(BadgeAward.certificate_id.in_([one.id for one in held]))
    return found + [Effect(Channel.BADGE, {}, number) for number in session.scalars(awarded.order_by(BadgeAward.id))]


def _is_valid(session: Session, certificate_id: int, status: Status, *, invalidated: bool) -> bool:
    origin = certificate_pages.find_origin(session, certificate_id, status)
    return not is_lost(status, came_from=origin, invalidated=invalidated)
