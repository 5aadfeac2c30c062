"""How does a test have a run of each state, and see what its page offers?"""

import re

from sqlalchemy import update

from tests.factories.population import COURSE
from tests.integration.runs.carrying import RunDesk
from webapp.domain.runs import RunState
from webapp.models.certificates import GenerationRun

GENERATE = {"course_id": COURSE, "purpose": "generate"}


def in_state(desk: RunDesk, state: RunState) -> int:
    desk.fill()
    run_id = desk.start()
    desk.step(run_id)
    with desk.work() as session:
        session.execute(update(GenerationRun).values(state=state))
    return run_id


def acts_on(page: str) -> set[str]:
    """The acts that the page's forms lead to."""
    return set(re.findall(r'action="/runs/\d+/([a-z]+)"', page))
