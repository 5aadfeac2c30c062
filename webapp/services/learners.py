"""Which learner does somebody mean who types a user name or an e-mail address?"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.identifiers import folded, storable
from webapp.errors import AmbiguousLearner, UnknownLearner
from webapp.models.learners import Learner
from webapp.models.prepared import Line, Prepared
from webapp.wording import phrase


def find_username(session: Session, text: str) -> str:
    """Give the user name of the learner who is named so, else of the one with that e-mail address.

    Both are compared letter for letter (domain note §8.1). Raises UnknownLearner, and AmbiguousLearner for an address
    that learners share.
    """
    if not text or not storable(text):
        raise UnknownLearner(phrase("There is no learner “{username}”.", username=text))
    line = Line.of(session)
    found = line.ask(_BY_NAME, {"text": text}) or line.ask(_BY_ADDRESS, {"text": text, "folded": folded(text)})
    if not found:
        raise UnknownLearner(phrase("There is no learner “{username}”.", username=text))
    if len(found) > 1:
        raise AmbiguousLearner(
            phrase("Several learners have the e-mail address “{address}”: say the user name.", address=text)
        )
    username: str = found[0][0]
    return username


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


_BY_NAME = Prepared(select(Learner.username).where(Learner.username == bindparam("text")))
_BY_ADDRESS = Prepared(
    select(Learner.username)
    .where(
        Learner.email_folded == bindparam("folded"), Learner.email == bindparam("text")
    )  # the folded one has the index
    .order_by(Learner.id)
    .limit(2)
)
