"""Links of the audit's chain, as they ought to be written."""

from datetime import UTC, datetime, timedelta

from webapp.domain.audit_chain import GENESIS, Link, canonical_text, hash_of

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def columns_of(seq: int, **more: object) -> dict[str, object]:
    """The columns of one event."""
    columns: dict[str, object] = {
        "seq": seq,
        "at": NOON + timedelta(seconds=seq),
        "actor_id": 7,
        "actor_name": "Zoë 李明",
        "action": "certificate.answered",
        "kind": "certificate",
        "key": str(seq),
        "change_id": None,
        "revision": None,
        "from_version": None,
        "to_version": None,
        "reason": "",
        "request_id": f"r-{seq}",
        "ip": "127.0.0.1",
    }
    return {**columns, **more}


def link_to(prev: str, columns: dict[str, object], details: dict[str, object] | None = None) -> Link:
    """An event as it ought to be written after another."""
    body = canonical_text(columns, details or {"outcome": "applied"})
    return Link(columns, body, prev, hash_of(prev, body))


def chain(length: int = 5) -> list[Link]:
    """A chain as it ought to be."""
    links: list[Link] = []
    for seq in range(1, length + 1):
        links.append(link_to(links[-1].hash if links else GENESIS, columns_of(seq)))
    return links
