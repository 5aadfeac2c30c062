"""Is each of the platform's people counted by themselves, who has no account here among them?"""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_run
from tests.factories.platform_clients import FrontEnd
from tests.integration.generation.desk import Desk
from webapp.adapters.counting.pace import Pace

pytestmark = pytest.mark.any_database
ADDRESS = f"/api/instructor/v2/courses/{HTML}/certificates/config"


def test_one_who_is_fast_does_not_slow_another(app: Flask, desk: Desk, session: Session) -> None:
    make_run(session)
    session.commit()
    desk.sets(api_account_limit=1)
    app.extensions["ports"] = replace(app.extensions["ports"], requests=Pace())
    fast, other = FrontEnd(app, "worker", administrator=True), FrontEnd(app, "lena", administrator=True)

    statuses = [fast.get(ADDRESS).status_code for _ in range(3)]

    assert statuses.count(429) > 0
    assert other.get(ADDRESS).status_code == 200
