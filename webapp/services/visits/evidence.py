"""How often do others look at a learner's certificate, by which way do they come, and how often is it passed on (domain note §6)?

Visits are told ten seconds later, a share at once. So that many visitors fill neither memory nor outbox, one process
tells of MOST_EVENTS (1,000) visits one by one between two tellings, and counts any further one; it counts those of
MOST_COUNTED (20,000) certificates.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain import tracking
from webapp.domain.certificates.page.evidence import NETWORKS, EvidenceVisit, Shown
from webapp.domain.certificates.visibility import page_url
from webapp.models.badges import BadgeAward
from webapp.models.certificates import EvidenceCount, GeneratedCertificate
from webapp.services.badges import awarding
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect

log = structlog.get_logger(__name__)
MOST_EVENTS = 1_000
MOST_COUNTED = 20_000
AT_ONCE = 500
EVIDENCE_LOCK = 7_242_013


@dataclass(slots=True)
class Untold:
    """Visits that the database does not know of yet: how many and when the last was, and those told one by one."""

    counts: dict[tuple[int, date], tuple[int, datetime]] = field(default_factory=dict)
    visits: list[EvidenceVisit] = field(default_factory=list)
    left_out: int = 0
    """Of certificates beyond those that are counted."""

    def add(self, visit: EvidenceVisit) -> None:
        """Remember one more, within the bounds."""
        self._count((visit.shown.certificate_id, visit.at.date()), 1, visit.at)
        if len(self.visits) < MOST_EVENTS:
            self.visits.append(visit)

    def put_before(self, earlier: "Untold") -> None:
        """Remember again what was taken and could not be told."""
        for place, (number, last) in earlier.counts.items():
            self._count(place, number, last)
        self.visits = [*earlier.visits, *self.visits][:MOST_EVENTS]
        self.left_out += earlier.left_out

    def _count(self, place: tuple[int, date], number: int, at: datetime) -> None:
        found = self.counts.get(place)
        if found is not None:
            self.counts[place] = found[0] + number, max(found[1], at)
        elif len(self.counts) < MOST_COUNTED:
            self.counts[place] = number, at
        else:
            self.left_out += number


class EvidenceVisits:
    """Evidence visits that this process has seen and not told the database yet; several threads add at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._untold = Untold()

    def add(self, visit: EvidenceVisit) -> None:
        """Remember one more."""
        with self._lock:
            self._untold.add(visit)

    def take(self) -> Untold:
        """Give what came, and begin anew."""
        with self._lock:
            taken, self._untold = self._untold, Untold()
        return taken

    def put_back(self, untold: Untold) -> None:
        """Remember again what was taken and could not be told."""
        with self._lock:
            self._untold.put_before(untold)


@dataclass(frozen=True, slots=True)
class Attention:
    """How often others looked at a certificate and passed it on, and when they last looked."""

    visits: int
    shares: int
    last_visit_at: datetime | None


def tell(session: Session, untold: Untold, *, base_url: str, now: datetime) -> None:
    """Add visits to the counts, and let those that are told one by one leave; of certificates that are still there."""
    there = _still_there(session, {certificate_id for certificate_id, _ in untold.counts})
    rows = [
        {"certificate_id": number, "day": day, "visits": visits, "shares": 0, "last_visit_at": last}
        for (number, day), (visits, last) in sorted(untold.counts.items())
        if number in there
    ]
    _add(session, rows)
    told = [visit for visit in untold.visits if visit.shown.certificate_id in there]
    events = [Effect(Channel.TRACKING, _visited(visit, base_url), visit.shown.certificate_id) for visit in told]
    outbox.add(session, [*events, *_badge_events(session, told, base_url)], now=now)


def share(session: Session, shown: Shown, network: str, *, base_url: str, now: datetime) -> None:
    """Note that a certificate was passed on by one of `NETWORKS`, and tell whoever counts."""
    row = {"certificate_id": shown.certificate_id, "day": now.date(), "visits": 0, "shares": 1, "last_visit_at": None}
    _add(session, [row])
    event = tracking.shared(
        user_id=shown.user_id,
        course_id=shown.course_id,
        certificate_id=shown.verify_uuid,
        enrollment_mode=shown.mode,
        social_network=NETWORKS[network],
        certificate_url=page_url(base_url, shown.verify_uuid),
        at=now,
    )
    outbox.add(session, [Effect(Channel.TRACKING, event, shown.certificate_id)], now=now)


def attention_of(session: Session, certificate_id: int) -> Attention:
    """Give how much a certificate was looked at and passed on, over all days."""
    one = EvidenceCount
    totals = func.coalesce(func.sum(one.visits), 0), func.coalesce(func.sum(one.shares), 0)
    visits, shares, last = session.execute(
        select(*totals, func.max(one.last_visit_at)).where(one.certificate_id == certificate_id)
    ).one()
    return Attention(int(visits), int(shares), last)


def _visited(visit: EvidenceVisit, base_url: str) -> dict[str, Any]:
    shown = visit.shown
    return tracking.evidence_visited(
        user_id=shown.user_id,
        course_id=shown.course_id,
        certificate_id=shown.verify_uuid,
        enrollment_mode=shown.mode,
        social_network=visit.network,
        certificate_url=page_url(base_url, shown.verify_uuid),
        at=visit.at,
    )


def _badge_events(session: Session, told: Sequence[EvidenceVisit], base_url: str) -> list[Effect]:
    """Tell of those who followed a badge; where there is none to follow, it is only logged (domain note §6)."""
    by_badge = [visit for visit in told if visit.by_badge]
    if not by_badge:
        return []
    numbers = {visit.shown.certificate_id for visit in by_badge}
    query = select(BadgeAward).where(BadgeAward.certificate_id.in_(numbers), BadgeAward.awarded_at.is_not(None))
    awards = {award.certificate_id: award for award in session.scalars(query)}
    for number in sorted(numbers - awards.keys()):
        log.warning("evidence.no_badge", certificate=number)
    return [
        awarding.telling(tracking.BADGE_EVIDENCE_VISITED, awards[number], base_url=base_url, now=visit.at)
        for visit in by_badge
        if (number := visit.shown.certificate_id) in awards
    ]


def _still_there(session: Session, numbers: set[int]) -> set[int]:
    """One that was deleted meanwhile must not keep the others from being told for ever."""
    wanted, found = sorted(numbers), set[int]()
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        found |= set(session.scalars(select(GeneratedCertificate.id).where(GeneratedCertificate.id.in_(part))))
    return found


def _add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add to what is there, whoever else adds meanwhile: one at a time, so that two never wait for each other."""
    if not rows:
        return
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": EVIDENCE_LOCK})
    row = (postgresql if on_postgresql else sqlite).insert(EvidenceCount)
    known, new = EvidenceCount.last_visit_at, row.excluded.last_visit_at
    later = func.greatest if on_postgresql else func.max
    added = {
        "visits": EvidenceCount.visits + row.excluded.visits,
        "shares": EvidenceCount.shares + row.excluded.shares,
        "last_visit_at": later(func.coalesce(known, new), func.coalesce(new, known)),
    }
    statement = row.on_conflict_do_update(index_elements=["certificate_id", "day"], set_=added)
    session.execute(statement, list(rows))
