"""Which learner does somebody mean who types a user name or an e-mail address?"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.identifiers import folded, storable
from webapp.errors import AmbiguousLearner, UnknownLearner
from webapp.models.learners import Learner


def find_username(session: Session, text: str) -> str:
    """Give the user name of the learner who is named so, else of the one with that e-mail address.

    Both are compared letter for letter (domain note §8.1). Raises UnknownLearner, and AmbiguousLearner for an address
    that learners share.
    """
    if not text or not storable(text):
        raise UnknownLearner(f"There is no learner “{text}”.")
    username = session.scalar(select(Learner.username).where(Learner.username == text))
    if username is not None:
        return username
    by_address = (
        select(Learner.username)
        .where(Learner.email_folded == folded(text), Learner.email == text)  # the folded one has the index
        .order_by(Learner.id)
        .limit(2)
    )
    found = session.scalars(by_address).all()
    if not found:
        raise UnknownLearner(f"There is no learner “{text}”.")
    if len(found) > 1:
        raise AmbiguousLearner(AmbiguousLearner.WORDS.format(text))
    return found[0]


def belongs_to(
    column: InstrumentedAttribute[int], *, username: str | None, email: str | None
) -> Iterator[ColumnElement[bool]]:
    """Give the condition that a row's learner has that name and that address, whatever their case (interface §6).

    None leaves a question open; where both are open there is no condition.
    """
    wanted = [
        named == folded(text)
        for named, text in ((Learner.username_folded, username), (Learner.email_folded, email))
        if text is not None
    ]
    if wanted:
        yield column.in_(select(Learner.id).where(*wanted))
