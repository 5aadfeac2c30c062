"""A process of its own that approves a change, and stops at the moment between the decision and its commit.

Usage: python -m tests.acceptance.governance.approving DATABASE_URL CHANGE ACCOUNT. Says "decided", and commits once it
is told to by a line on its input.
"""

import sys

from sqlalchemy import select

from tests.factories.governance import terms_of
from webapp import clock, create_app
from webapp.models.accounts import Account
from webapp.models.base import unit_of_work
from webapp.services.governance import decisions
from webapp.settings import Settings


def main(url: str, number: str, name: str) -> None:
    """Approve, wait, commit."""
    app = create_app(Settings(database_url=url, secret_key="not-a-secret-of-anyone", base_url="http://desk.test"))
    with app.app_context():
        with unit_of_work() as session:
            account = session.scalars(select(Account).where(Account.username == name)).one()
            decisions.approve(session, terms_of(account, now=clock.now()), int(number))
            print("decided", flush=True)
            sys.stdin.readline()
        print("committed", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
