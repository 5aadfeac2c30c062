"""Who has asked for a change without a role of the desk? The team of the course run that it is about (record 32)."""

from urllib.parse import quote

from sqlalchemy.orm import Session

from webapp.domain.configs.kinds import Kind
from webapp.models.accounts import Account
from webapp.models.governance.changes import ChangeRequest
from webapp.services.platform.course_staff import is_course_staff


def find_author(session: Session, change: ChangeRequest) -> int | None:
    """Give the author of a change of a course run's settings who teaches it and may sign in; None for any other."""
    account = session.get(Account, change.author_id) if change.author_id is not None else None
    if account is None or account.disabled_at is not None or not sees(session, account, change):
        return None
    return account.id


def sees(session: Session, account: Account, change: ChangeRequest) -> bool:
    """Say whether an account sees what becomes of a change on the page of the course run that it teaches."""
    return change.kind == Kind.COURSE and is_course_staff(session, account.learner_id, change.key)


def path_for(account: Account, change: ChangeRequest) -> str:
    """Give where an account sees what becomes of a change: at its own page, or where it has no role, the course run's."""
    if account.roles:
        return f"/changes/{change.id}"
    return f"/courses/{quote(change.key, safe=':/+@')}#asked"
