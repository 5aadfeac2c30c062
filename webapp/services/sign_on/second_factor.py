"""How does an account prove itself by more than its password, and what if the app is lost?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.actors import Actor
from webapp.errors import NoSecondFactor, SecondFactorSet
from webapp.models.accounts import Account, RecoveryCode, SecondFactor
from webapp.services import accounts, audit
from webapp.services.accounts import digest
from webapp.wording import phrase

RECOVERY_CODES = 10
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands: `since` when the factor is asked for, whether one was begun, and recovery codes that are left."""

    since: datetime | None = None
    begun: bool = False
    codes_left: int = 0


def standing_of(session: Session, account_id: int) -> Standing:
    """Give how an account stands."""
    factor = session.get(SecondFactor, account_id)
    if factor is None:
        return Standing()
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    left = session.scalar(select(func.count(RecoveryCode.id)).where(*unused)) or 0
    return Standing(factor.confirmed_at, factor.confirmed_at is None, left)


def is_asked(session: Session, account_id: int) -> bool:
    """Say whether the account proves itself by a second factor as well."""
    return standing_of(session, account_id).since is not None


def begin(session: Session, actor: Actor, account_id: int, *, key: str, now: datetime) -> None:
    """Make a secret, which counts once a code of it was given; raises SecondFactorSet where one counts already."""
    from webapp.services.sign_on.app_codes import new_secret, seal  # pyotp and ciphers, for whoever has such a factor

    account, factor = session.get_one(Account, account_id), session.get(SecondFactor, account_id)
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorSet(phrase("There is a second factor already; remove it first."))
    if factor is not None:
        session.delete(factor)
        session.flush()
    session.add(SecondFactor(account_id=account_id, sealed_secret=seal(new_secret(), account_id, key), created_at=now))
    session.flush()
    audit.append(session, actor, "account.second_factor_begun", "account", account.username, now=now)


def secret_begun(session: Session, account_id: int, *, key: str) -> str:
    """Give the secret of a factor that does not count yet, to be shown; raises NoSecondFactor, SecondFactorUnreadable."""
    from webapp.services.sign_on.app_codes import unseal  # as above

    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.confirmed_at is not None:
        raise NoSecondFactor(phrase("No second factor was begun."))
    return unseal(factor.sealed_secret, account_id, key)


def confirm(session: Session, actor: Actor, account_id: int, code: str, *, key: str, now: datetime) -> Sequence[str]:
    """Let the factor count once the app shows the right code, and give the recovery codes, which are kept nowhere.

    None of them where the code is wrong. Raises NoSecondFactor, SecondFactorUnreadable.
    """
    from webapp.services.sign_on.app_codes import find_step  # as above

    step = find_step(secret_begun(session, account_id, key=key), _plain(code), now=now)
    if step is None:
        return ()
    factor = session.get_one(SecondFactor, account_id)
    factor.confirmed_at, factor.last_step = now, step
    codes = _make_codes(session, account_id)
    account = session.get_one(Account, account_id)
    details = {"before": {"second_factor": False}, "after": {"second_factor": True}}
    audit.append(session, actor, "account.second_factor_set", "account", account.username, now=now, details=details)
    return codes


def prove(session: Session, actor: Actor, account_id: int, code: str, *, key: str, now: datetime) -> bool:
    """Say whether a code of the app, or a recovery code, is right, and let neither count again.

    Raises SecondFactorUnreadable for a code of the app where another secret key sealed it.
    """
    given = _plain(code)
    if given.isascii() and given.isdigit() and len(given) == CODE_DIGITS:
        return _prove_by_app(session, account_id, given, key, now)
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    spent = update(RecoveryCode).where(*unused, RecoveryCode.code_digest == digest(given)).values(used_at=now)
    if session.scalar(spent.returning(RecoveryCode.id)) is None:
        return False
    account = session.get_one(Account, account_id)
    details = {"left": standing_of(session, account_id).codes_left}
    audit.append(session, actor, "account.recovery_code_used", "account", account.username, now=now, details=details)
    return True


def renew_codes(session: Session, actor: Actor, account_id: int, *, now: datetime) -> Sequence[str]:
    """Give new recovery codes; those of before count no more. Raises NoSecondFactor."""
    if not is_asked(session, account_id):
        raise NoSecondFactor(phrase("There is no second factor."))
    codes, account = _make_codes(session, account_id), session.get_one(Account, account_id)
    audit.append(session, actor, "account.recovery_codes_made", "account", account.username, now=now)
    return codes


def remove(session: Session, actor: Actor, account_id: int, *, now: datetime) -> None:
    """Take one's own factor away; raises NoSecondFactor."""
    _take_away(session, actor, session.get_one(Account, account_id), "account.second_factor_removed", now)


def reset(session: Session, actor: Actor, username: str, *, now: datetime) -> None:
    """Take the factor of somebody who has lost it away; raises UnknownAccount, NoSecondFactor."""
    _take_away(session, actor, accounts.get_account(session, username), "account.second_factor_reset", now)


def _prove_by_app(session: Session, account_id: int, code: str, key: str, now: datetime) -> bool:
    from webapp.services.sign_on.app_codes import find_step, unseal  # as above

    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.confirmed_at is None:
        return False
    step = find_step(unseal(factor.sealed_secret, account_id, key), code, now=now)
    if step is None:
        return False
    newer = or_(
        SecondFactor.last_step.is_(None), SecondFactor.last_step < step
    )  # of two at once the database takes one
    taken = update(SecondFactor).where(SecondFactor.account_id == account_id, newer).values(last_step=step)
    return session.scalar(taken.returning(SecondFactor.account_id)) is not None


def _take_away(session: Session, actor: Actor, account: Account, action: str, now: datetime) -> None:
    factor = session.get(SecondFactor, account.id)
    if factor is None:
        raise NoSecondFactor(phrase("{username} has no second factor.", username=account.username))
    details = {"before": {"second_factor": factor.confirmed_at is not None}, "after": {"second_factor": False}}
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.delete(factor)
    session.flush()
    audit.append(session, actor, action, "account", account.username, now=now, details=details)


def _make_codes(session: Session, account_id: int) -> Sequence[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [clock.new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all([RecoveryCode(account_id=account_id, code_digest=digest(_plain(code))) for code in codes])
    session.flush()
    return codes


def _plain(code: str) -> str:
    """Give a code as it is compared: people type it with blanks, hyphens and capitals."""
    return "".join(code.split()).replace("-", "").lower()
