"""A list of crawlers that is live."""

from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.governance import make_change, make_wish, terms_of
from webapp.domain.roles import Role
from webapp.services.governance import decisions


def make_crawlers(
    session: Session, *agents: str, enabled: bool = True, names: tuple[str, str] = ("eva", "amir")
) -> None:
    """Have these agents approved as the known crawlers, by two accounts of these names."""
    editor, approver = make_account(session, names[0], Role.EDITOR), make_account(session, names[1], Role.APPROVER)
    session.commit()
    payload = {"enabled": enabled, "known_user_agents": list(agents)}
    change = make_change(session, editor, make_wish(payload=payload, confirmed=("catches_many",)))
    decisions.approve(session, terms_of(approver), change.id)
    session.commit()
