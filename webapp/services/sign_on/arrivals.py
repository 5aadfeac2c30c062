"""Whose account is it that somebody comes to by another sign-on (decision 36)?"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor, is_ours
from webapp.domain.identifiers import folded, storable
from webapp.domain.learners.erasure import Known, identity_text
from webapp.domain.sign_on.arrivals import SUBJECT_LENGTH, Arrival
from webapp.domain.sign_on.posted import Posted
from webapp.errors import AccountExists, BadName, IdentityTaken
from webapp.models.accounts import Account, Identity, SignOnNonce
from webapp.models.governance.versions import ConfigVersion
from webapp.models.learners import Learner
from webapp.services import accounts, audit
from webapp.services.erasure import marks

NOBODY = "person"
"""What somebody is called here of whom the issuer tells no name."""
DIGITS = 8
"""Of the digest that tells two people of one name apart."""
NAME_LENGTH, FOLDED_LENGTH, LONGEST_BEFORE_MARK = 150, 300, 100


@dataclass(frozen=True, slots=True)
class Received:
    """The account that somebody came to; one that is disabled signs nobody in."""

    account_id: int
    username: str
    disabled: bool


def receive(
    session: Session, actor: Actor, arrival: Arrival, *, platform_issuer: str | None, now: datetime
) -> Received:
    """Give the account that is tied to (issuer, subject); who is new gets one, with no role.

    Never that of the same name or e-mail address: anybody may call themselves anything elsewhere. A learner who was
    erased gets none.
    """
    account = _find(session, arrival)
    if account is None and _was_erased(session, arrival, platform_issuer):
        return NOBODY_ANY_MORE
    account = account or _make_once(session, actor, arrival, now)
    if arrival.issuer == platform_issuer and account.learner_id is None:
        _tie(session, actor, account, arrival, now)
    return Received(account.id, account.username, account.disabled_at is not None)


NOBODY_ANY_MORE = Received(0, "-", disabled=True)
"""A learner who was erased, and whose name is written down for no refusal either (record 37)."""


def link(session: Session, actor: Actor, username: str, *, issuer: str, subject: str, now: datetime) -> None:
    """Tie an account that is there to (issuer, subject); raises UnknownAccount, IdentityTaken, BadName.

    It takes whoever owns the machine: nothing that the other side says does it.
    """
    account = accounts.get_account(session, username)
    for text in (issuer, subject):
        if not text.strip() or len(text) > SUBJECT_LENGTH or not storable(text):
            raise BadName(f"An issuer and a subject have 1 to {SUBJECT_LENGTH} characters.")
    holder = _find(session, Arrival(issuer, subject))
    if holder is not None:
        raise IdentityTaken(f"{subject} of {issuer} signs in to the account {holder.username}.")
    session.add(Identity(account_id=account.id, issuer=issuer, subject=subject, created_at=now))
    session.flush()
    details = audit.of_new({"issuer": issuer, "subject": subject})
    audit.append(session, actor, "account.identity_linked", "account", account.username, now=now, details=details)


def spend(session: Session, posted: Posted, *, now: datetime) -> bool:
    """Remember that a token was used; False where it was used before. Those that have ended are forgotten."""
    session.execute(delete(SignOnNonce).where(SignOnNonce.expires_at < now))
    expires_at = datetime.fromtimestamp(posted.expires_at, UTC)
    try:
        with session.begin_nested():
            session.add(SignOnNonce(issuer=posted.arrival.issuer, nonce=posted.nonce, expires_at=expires_at))
    except IntegrityError:
        return False
    return True


def note_refusal(session: Session, actor: Actor, *, way: str, reason: str, name: str = "-", now: datetime) -> None:
    """Write down that somebody was not let in."""
    details = {"way": way, "reason": reason}
    audit.append(session, actor, "account.sign_in_refused", "account", name, now=now, details=details)


def _find(session: Session, arrival: Arrival) -> Account | None:
    known = select(Account).join(Identity, Identity.account_id == Account.id)
    return session.scalar(known.where(Identity.issuer == arrival.issuer, Identity.subject == arrival.subject))


def _was_erased(session: Session, arrival: Arrival, platform_issuer: str | None) -> bool:
    """Say whether it is a learner who was erased: the person of that identity, or the platform's learner of that name."""
    asked = [(Known.IDENTITY, identity_text(arrival.issuer, arrival.subject))]
    if arrival.issuer == platform_issuer:
        asked += [(Known.USERNAME, arrival.name), (Known.NUMBER, str(arrival.user_id))]
    return bool(marks.find_erased(session, asked))


def _make_once(session: Session, actor: Actor, arrival: Arrival, now: datetime) -> Account:
    """Make the account of somebody new, unless they come twice at once; who was given their name meanwhile has it."""
    tries = 3  # as many as there are names to be given
    while True:
        tries -= 1
        try:
            with session.begin_nested():
                return _make(session, actor, arrival, now)
        except (IntegrityError, AccountExists):
            account = _find(session, arrival)
            if account is not None:
                return account
            if not tries:
                raise


def _make(session: Session, actor: Actor, arrival: Arrival, now: datetime) -> Account:
    account = accounts.create_account(session, actor, _free_name(session, arrival), now=now, email=arrival.email)
    session.add(Identity(account_id=account.id, issuer=arrival.issuer, subject=arrival.subject, created_at=now))
    session.flush()
    return account


def _free_name(session: Session, arrival: Arrival) -> str:
    """Give the name that they have elsewhere, where it is nobody's here, nor was.

    Roles lie in the ledger under the account's name: whoever got a name that is there would get what it holds.
    """
    wanted = arrival.name.strip()
    fits = wanted.isprintable() and 0 < len(wanted) <= NAME_LENGTH and len(folded(wanted)) <= FOLDED_LENGTH
    if fits and not is_ours(wanted) and _is_free(session, wanted):
        return wanted
    mark = hashlib.sha256(f"{arrival.issuer}\0{arrival.subject}".encode()).hexdigest()
    marked = f"{wanted[:LONGEST_BEFORE_MARK] if fits else NOBODY}-{mark[:DIGITS]}"
    return marked if _is_free(session, marked) else mark


def _is_free(session: Session, name: str) -> bool:
    ruled = select(ConfigVersion.version).where(ConfigVersion.kind == "access", ConfigVersion.key == name).limit(1)
    return accounts.find_account(session, name) is None and session.scalar(ruled) is None


def _tie(session: Session, actor: Actor, account: Account, arrival: Arrival, now: datetime) -> None:
    """Tie an account to the learner of the name that the platform gives, unless the name was somebody else's before."""
    learner = session.scalar(select(Learner).where(Learner.username == arrival.name)) if arrival.name else None
    if learner is None or len({learner.external_id, arrival.user_id} - {None}) > 1:
        return
    others = select(Account.id).join(Identity, Identity.account_id == Account.id)
    taken = others.where(Account.learner_id == learner.id, Identity.issuer == arrival.issuer).limit(1)
    if session.scalar(taken) is not None:
        return
    account.learner_id = learner.id
    session.flush()
    details = {"before": {"learner": None}, "after": {"learner": learner.username}}
    audit.append(session, actor, "account.learner_tied", "account", account.username, now=now, details=details)
