"""Can what somebody wrote on a request be kept: its title, its reason, whom it asks, and when it shall go live?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.domain.identifiers import storable
from webapp.domain.roles import Role
from webapp.errors.governance import BadMoment, InvalidPayload, ReasonMissing
from webapp.services import accounts
from webapp.services.governance.terms import Terms
from webapp.wording import phrase

FURTHEST = timedelta(days=366)
TITLE_LENGTH = 200
REASON_LENGTH = 4_000


def checked_reason(text: str, length: int) -> str:
    """Give a reason without the space around it; raises ReasonMissing below its least length or where it cannot be kept."""
    text = with_plain_ends(text).strip()
    if len(text) < length:
        if length > 1:
            raise ReasonMissing(
                phrase(
                    "Say why, in at least {number} characters: whoever looks at this later has nothing else.",
                    number=length,
                )
            )
        raise ReasonMissing(phrase("Say why, in a few words: whoever looks at this later has nothing else."))
    if len(text) > REASON_LENGTH or not storable(text):
        raise ReasonMissing(
            phrase(
                "A reason has at most {number} characters, and none that cannot be kept.",
                number=REASON_LENGTH,
            )
        )
    return text


def with_plain_ends(text: str) -> str:
    """Give a text whose lines end as they are kept: browsers send two signs for each end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def checked_note(text: str) -> str:
    """Give a note that need not be there; raises ReasonMissing where it cannot be kept."""
    return checked_reason(text, 0)


def checked_title(text: str) -> str:
    """Give a title without the space around it; raises InvalidPayload."""
    text = text.strip()
    if len(text) > TITLE_LENGTH or not storable(text):
        raise InvalidPayload([("title", phrase("A title has at most {number} characters.", number=TITLE_LENGTH))])
    return text


def asked_id(session: Session, terms: Terms, name: str, subject_id: int | None) -> int | None:
    """Give the account whose decision is asked for; None for nobody in particular. Raises InvalidPayload.

    `subject_id` is the account that the change is about, which cannot be asked.
    """
    if not name:
        return None
    account = accounts.find_account(session, name)
    if account is None or account.disabled_at is not None or Role.APPROVER not in account.roles:
        raise InvalidPayload([("ask", phrase("{name} is nobody who can decide on changes.", name=name[:150]))])
    if account.id == subject_id:
        raise InvalidPayload([("ask", phrase("It is about the roles of {name}; ask somebody else.", name=name))])
    if account.id == terms.actor.id:
        raise InvalidPayload([("ask", phrase("You cannot decide on your own change; ask somebody else."))])
    return account.id


def checked_moment(moment: datetime | None, now: datetime) -> datetime | None:
    """Give the moment at which a change shall go live; None for at once. Raises BadMoment."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise BadMoment(phrase("Say the time zone of the moment at which it shall go live."))
    if not now < moment <= now + FURTHEST:
        raise BadMoment(phrase("A change goes live at once, or at a moment within the next year."))
    return moment
