"""How is a learner erased: foreseen, once, whole or not at all, and with nothing that a late answer brings back (record 37)?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.badges.states import BadgeState
from webapp.domain.identifiers import folded, made_storable
from webapp.domain.learners import erasure as rules
from webapp.errors import NoteMissing, UnknownLearner
from webapp.errors.learners import ErasureRefused, ReasonNamesLearner
from webapp.models.accounts import Account
from webapp.models.badges import BadgeAward
from webapp.models.base import Transactions
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services import audit
from webapp.services.erasure import ending, marks, parts
from webapp.services.erasure.late import forget_deliveries
from webapp.services.erasure.person import Person, known_by, read_person
from webapp.services.messages import outbox
from webapp.services.places import find_learner
from webapp.services.records.intake import wait_for_other_imports
from webapp.wording import joined, phrase


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would go if somebody were erased now, and what nobody but others can take away."""

    person: Person
    counts: Mapping[str, int]
    """Of each part how many rows."""
    certificates: int
    ends: int
    """So many of them are valid, or on their way, and answer 410 afterwards."""
    files: int
    """PDF files in the storage of whoever keeps it."""
    server_badges: int
    """Badges that a badge server has issued."""
    refused: str = ""
    """Why not, where it would be refused."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of it."""

    learner_id: int
    placeholder: str
    again: bool = False
    """They had been erased before: nothing was left to do."""
    counts: Mapping[str, int] | None = None
    ended: int = 0


def foresee(session: Session, username: str) -> Foreseen:
    """Say what would go, and change nothing; raises UnknownLearner."""
    learner = find_learner(session, username)
    if learner is None or learner.erased_at is not None:
        raise UnknownLearner(phrase("There is no learner “{username}”.", username=username))
    person = read_person(session, learner)
    held = select(GeneratedCertificate.status, GeneratedCertificate.download_url).where(parts.certificates_of(person))
    rows = session.execute(held).all()
    served = select(func.count()).where(BadgeAward.learner_id == learner.id, BadgeAward.state == BadgeState.AWARDED)
    return Foreseen(
        person,
        parts.count_all(session, person),
        certificates=len(rows),
        ends=sum(rules.ended(row.status) is not None for row in rows),
        files=sum(row.download_url != "" for row in rows),
        server_badges=session.scalar(served.where(BadgeAward.server_url != "")) or 0,
        refused=_why_not(session, person),
    )


def erase(
    begin: Transactions, actor: Actor, username: str, reason: str, *, new_key: Callable[[], str], now: datetime
) -> Erased:
    """Erase a learner in one transaction; who was erased before stays so, and nothing more happens.

    `new_key` gives 32 random hexadecimal digits. Raises UnknownLearner, NoteMissing, ReasonNamesLearner, ErasureRefused.
    """
    with begin() as session:
        done = _erase(session, actor, username, _checked(reason), new_key, now)
    with begin() as session:  # an answer may have been judged before, and kept while this was under way
        forget_deliveries(session, username)
    return done


def _erase(
    session: Session, actor: Actor, username: str, reason: str, new_key: Callable[[], str], now: datetime
) -> Erased:
    wait_for_other_imports(session)  # who brings facts in has asked before whether their learner was erased
    learner = _locked(session, username)
    if learner.erased_at is not None:
        return Erased(learner.id, learner.username, again=True)
    person = read_person(session, learner)
    if rules.names_somebody(reason, person.names):
        raise ReasonNamesLearner(
            phrase("The audit forgets nothing: say why without the learner’s user name, address or name.")
        )
    refused = _why_not(session, person)
    if refused:
        raise ErasureRefused(refused)
    held = ending.lock(session, person)
    placeholder = rules.placeholder(new_key())
    marks.keep(
        session, person.learner_id, known_by(session, person, placeholder), new_key=lambda: new_key() + new_key()
    )
    counts = parts.erase_all(session, person, now)
    ended = ending.end(session, actor, held, now)
    _rename_accounts(session, person, placeholder, now)
    _empty(learner, placeholder, now)
    session.flush()
    outbox.add(session, ending.effects_of(session, held, now), now=now)
    details = {
        "learner": person.learner_id,
        "certificates": len(held),
        "certificates_ended": ended,
        "accounts": len(person.accounts),
        "erased": rules.counted(counts),
    }
    audit.append(session, actor, "learner.erased", "learner", placeholder, now=now, details=details, reason=reason)
    return Erased(person.learner_id, placeholder, counts=counts, ended=ended)


def _checked(reason: str) -> str:
    kept = made_storable(reason.strip())
    if not 0 < len(kept) <= rules.REASON_LENGTH:
        raise NoteMissing(
            phrase(
                "Say why the learner is erased, in at most {number} characters.",
                number=format(rules.REASON_LENGTH, ","),
            )
        )
    return kept


def _locked(session: Session, username: str) -> Learner:
    """Give the learner of that name, or what is left of them, locked against whoever judges them."""
    found = find_learner(session, username)
    learner_id = found.id if found is not None else marks.find_erased_name(session, made_storable(username))
    query = select(Learner).where(Learner.id == learner_id).with_for_update(key_share=True)
    learner = session.scalar(query.execution_options(populate_existing=True)) if learner_id is not None else None
    if learner is None:
        raise UnknownLearner(phrase("There is no learner “{username}”.", username=username))
    return learner


def _why_not(session: Session, person: Person) -> str:
    """Who works at the desk has a name in the ledger and in what they decided, which nobody may take out of there."""
    accounts = session.scalars(
        select(Account).where(Account.id.in_(person.account_ids)).execution_options(populate_existing=True)
    )
    staff = [account.username for account in accounts if account.roles]
    if not staff:
        return ""
    return phrase(
        "The account {names} has roles: have them taken away first, as a change of kind access.", names=joined(staff)
    )


def _rename_accounts(session: Session, person: Person, placeholder: str, now: datetime) -> None:
    for place, number in enumerate(person.account_ids, 1):
        name = placeholder if place == 1 else f"{placeholder}-{place}"
        gone = {
            "username": name,
            "username_folded": folded(name),
            "email": "",
            "password_hash": None,
            "learner_id": None,
            "disabled_at": func.coalesce(Account.disabled_at, now),
            "mail_notices": False,
        }
        session.execute(update(Account).where(Account.id == number).values(gone))


def _empty(learner: Learner, placeholder: str, now: datetime) -> None:
    learner.username, learner.username_folded = placeholder, folded(placeholder)
    learner.email = learner.email_folded = learner.name = ""
    learner.external_id, learner.allow_certificate = None, False
    learner.erased_at = learner.modified_at = now
