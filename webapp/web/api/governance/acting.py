"""How does one write of a program, or of a page's script, reach the services, and what does it hear?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Response, url_for
from sqlalchemy.orm import Session

from webapp import clock
from webapp.errors.governance import RevisionMoved
from webapp.models.base import db, look_again, unit_of_work
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance import standing
from webapp.services.governance.refused import recorded
from webapp.services.governance.terms import Terms
from webapp.web import auth
from webapp.web.api.blueprint import answer
from webapp.web.api.governance.objects import ANY_EVENT, change_tag, changes_of
from webapp.web.conditional import matches
from webapp.web.installation import terms_of

MOVED = "It has changed since you looked at it; look again, and send the ETag of what you see then."


@dataclass(frozen=True, slots=True)
class Acting:
    """One transaction, and the terms under which somebody acts in it."""

    session: Session
    terms: Terms


@contextmanager
def acting(kind: str, key: str) -> Iterator[Acting]:
    """Work on a key in one transaction; a refusal leaves an event of its own, and is raised again."""
    now, actor = clock.now(), auth.actor()
    with recorded(unit_of_work, actor, kind, key, now=now) as session:
        yield Acting(session, terms_of(actor, now))


def move_change(
    change_id: int, act: Callable[[Acting, str | None], ChangeRequest], *, seen: bool = True, status: int = 200
) -> Response:
    """Do something with a change request, and answer how it, or the one that came of it, stands now.

    `act` gets what the service holds If-Match against, or None where If-Match does not matter. Raises UnknownChange,
    RevisionMoved, and what `act` raises.
    """
    subject = standing.get_change(db.session(), change_id)
    with acting(subject.kind, subject.key) as work:
        moved = act(work, _expected(work.session, change_id) if seen else None)
    return tell_change(moved.id, status, created=status == 201)


def tell_change(change_id: int, status: int = 200, *, created: bool = False) -> Response:
    """Answer how a change request stands at this moment."""
    session = look_again()  # what was read before the write, to see who asks, is of before the write
    change = standing.get_change(session, change_id)
    told = changes_of(session, [change])[0]
    location = url_for("api.show_change", change_id=change_id) if created else ""
    return answer(told, status, tag=change_tag(session, change, told), location=location)


def _expected(session: Session, change_id: int) -> str:
    change = standing.get_change(session, change_id)
    tag = standing.tag_of(session, change)
    if not matches(tag, whatever=ANY_EVENT):
        raise RevisionMoved(MOVED, change_tag(session, change, changes_of(session, [change])[0]))
    return tag
