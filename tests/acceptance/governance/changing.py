"""A process of its own that makes one list of crawlers after the other live, and says each version once it is committed.

Usage: python -m tests.acceptance.governance.changing DATABASE_URL NAME HOW_MANY. The account is the admin's; whoever
else was quicker is tried after again.
"""

import sys

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.factories.governance import terms_of
from webapp import clock, create_app
from webapp.domain.configs.kinds import Kind
from webapp.errors import WebappError
from webapp.models.accounts import Account
from webapp.models.base import unit_of_work
from webapp.services.configs import ledger
from webapp.services.governance import decisions
from webapp.services.governance.terms import Wish
from webapp.settings import Settings


def main(url: str, name: str, how_many: str) -> None:
    """Change, commit, say so."""
    app = create_app(Settings(database_url=url, secret_key="not-a-secret-of-anyone", base_url="http://desk.test"))
    done = 0
    with app.app_context():
        while done < int(how_many):
            try:
                version = change(f"{name}-{done}")
            except (WebappError, OperationalError):  # SQLite lets writers wait for four seconds, and no longer
                continue
            print(version, flush=True)
            done += 1


def change(agent: str) -> int:
    """Make a list with one agent live, and give its version."""
    with unit_of_work() as session:
        account = session.scalars(select(Account).where(Account.username == "adam")).one()
        payload = {"enabled": True, "known_user_agents": [agent]}
        wish = Wish(kind=Kind.CRAWLERS.value, key="-", payload=payload, reason="One of many changes in a row.")
        decisions.propose_in_emergency(session, terms_of(account, now=clock.now()), wish, typed_key="-")
        return ledger.live_number(session, Kind.CRAWLERS, "-")


if __name__ == "__main__":
    main(*sys.argv[1:])
