"""Are learners whom a topic's past left without a certificate counted, and offered a run (decision 44)?"""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.population import COURSE
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from tests.visitors import Visitor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.runs import Among
from webapp.services.bus import held_back
from webapp.tasks.jobs import AT_ONCE, JOBS, run_job

CARD = "Passed before events were taken"
PURGE = next(job for job in JOBS if job.name == "purge-inbox")
EARLIER = NOON - timedelta(hours=1)


@pytest.fixture
def learners(desk: RunDesk) -> list[int]:
    """Learners who have passed, of whom three were told of too late."""
    numbers = desk.fill()
    hold_back(desk, numbers[:3])
    return numbers


def hold_back(desk: RunDesk, numbers: list[int]) -> None:
    with desk.work() as session:
        held_back.keep(session, [(number, COURSE) for number in numbers], now=EARLIER)


def waiting(session: Session) -> dict[str, int]:
    session.rollback()
    return held_back.by_course(session)


class TestGivenLearnersWhoPassedBeforeWeListened:
    @pytest.mark.any_database
    def test_the_home_page_counts_them_and_leads_to_a_run(self, support: Visitor, learners: list[int]) -> None:
        home, page = support.get("/"), support.get("/runs")
        link = re.search(r'href="(/runs/begin\?course=[^"]+)"', page)

        assert CARD in home
        assert "3 learners" in page
        assert link is not None
        assert f'value="{COURSE}"' in support.get(link[1])

    def test_one_who_is_told_of_again_counts_once(self, desk: RunDesk, learners: list[int], session: Session) -> None:
        hold_back(desk, learners[:4])

        assert waiting(session) == {COURSE: 4}

    @pytest.mark.parametrize(
        ("purpose", "among", "dry_run", "left"),
        [
            (Purpose.GENERATE, Among.EVERYBODY, True, 3),
            (Purpose.GENERATE, Among.ALLOWLISTED, False, 3),
            (Purpose.GENERATE, Among.EVERYBODY, False, 0),
        ],
    )
    def test_a_run_for_everybody_settles_it_and_a_dry_one_does_not(
        self,
        desk: RunDesk,
        learners: list[int],
        session: Session,
        purpose: Purpose,
        among: Among,
        dry_run: bool,
        left: int,
    ) -> None:
        desk.finish(desk.start(purpose, among=among, dry_run=dry_run))

        assert sum(waiting(session).values()) == left

    def test_who_waits_no_more_is_forgotten(self, app: Flask, desk: RunDesk, learners: list[int]) -> None:
        desk.finish(desk.start())

        forgotten = run_job(app, PURGE, "one", rest=AT_ONCE)

        assert forgotten == 3


@pytest.mark.any_database
class TestGivenNobody:
    def test_neither_page_speaks_of_it(self, support: Visitor) -> None:
        assert [page for page in ("/", "/runs") if CARD in support.get(page)] == []
