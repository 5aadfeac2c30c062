"""How many rows are there, where to count them all would take seconds?"""

from collections.abc import Mapping

from sqlalchemy import Select, func, literal, select, text, union_all
from sqlalchemy.orm import Session

from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import NOT_ISSUED, GeneratedCertificate

COUNTED = 10_000
"""So many are counted one by one; of more it is told about how many there are."""
_COMMON = text(
    "SELECT v.value::text, v.share FROM pg_stats AS s, "
    "LATERAL unnest(s.most_common_vals::text::text[], s.most_common_freqs) AS v(value, share) "
    "WHERE s.schemaname = current_schema() AND s.tablename = 'generated_certificate' AND s.attname = 'status'"
)
_ABOUT = text("SELECT reltuples FROM pg_class WHERE oid = 'generated_certificate'::regclass")


def count_capped(session: Session, query: Select[int]) -> int:
    """Count what a query of numbers gives, one more than COUNTED at most: whoever reads that knows that there are more."""
    return session.scalar(select(func.count()).select_from(query.limit(COUNTED + 1).subquery())) or 0


def count_certificates(session: Session) -> Mapping[Status, float]:
    """Give how many certificates have each status: exactly up to COUNTED, else about.

    About is on PostgreSQL what its planner knows, as of the last ANALYZE; on SQLite the highest number of a row, less
    those of other statuses, which an index counts.
    """
    if session.get_bind().dialect.name == "postgresql":
        return _on_postgresql(session)
    others = dict(
        session.execute(
            select(GeneratedCertificate.status, func.count()).where(NOT_ISSUED).group_by(GeneratedCertificate.status)
        ).all()
    )
    issued = count_capped(session, _of(Status.DOWNLOADABLE))
    if issued > COUNTED:
        highest = session.scalar(select(func.max(GeneratedCertificate.id))) or 0
        issued = max(COUNTED + 1, highest - sum(others.values()))
    return {status: float(issued if status is Status.DOWNLOADABLE else others.get(status, 0)) for status in Status}


def _on_postgresql(session: Session) -> Mapping[Status, float]:
    parts = [
        select(literal(status.value), func.count()).select_from(_of(status).limit(COUNTED + 1).subquery())
        for status in Status
    ]
    found = {Status(value): float(number) for value, number in session.execute(union_all(*parts))}
    if max(found.values()) <= COUNTED:
        return found
    rows = session.scalar(_ABOUT) or 0
    shares: dict[str, float] = {row[0]: row[1] for row in session.execute(_COMMON)}
    return {
        status: number if number <= COUNTED else max(number, rows * shares.get(status.value, 0))
        for status, number in found.items()
    }


def _of(status: Status) -> Select[int]:
    """Select certificates of a status, by the index of those that are not issued where it helps."""
    query = select(GeneratedCertificate.id).where(GeneratedCertificate.status == status)
    return query if status is Status.DOWNLOADABLE else query.where(NOT_ISSUED)
