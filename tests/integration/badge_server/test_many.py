"""What becomes of the other badges where the badge server fails, and where it fails for one of them alone?"""

import pytest

from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.orders import an_order
from tests.fakes import FakeBadgeServer
from tests.integration.badge_server.elsewhere import AWAY
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.domain.badges.states import BadgeState
from webapp.models.badges import BadgeAward
from webapp.ports import BadgeServerUnreachable
from webapp.services.generation import acts
from webapp.tasks.outbox import MOST_FAULTS

BROKEN = BadgeServerUnreachable("unexpected HTTP status code [500] from the badge server")
MANY = MOST_FAULTS + 2


@pytest.fixture
def _many(desk: Desk) -> None:
    """Let that many learners have a badge on its way, one behind the other."""
    with desk.work() as session:
        make_run(session, issue_badges=True)
    for number in range(MANY):
        with desk.work() as session:
            make_candidate(session, f"user{number}", email=f"user{number}@example.org")
            acts.generate(session, an_order(now=clock.now()), f"user{number}", HTML)


def outcomes(desk: Desk) -> list[tuple[BadgeState, str]]:
    """Give what became of each, in order."""
    return [(award.state, award.problem) for award in desk.every(BadgeAward) if isinstance(award, BadgeAward)]


@pytest.mark.usefixtures("_many")
class TestGivenManyBadges:
    @pytest.mark.parametrize("problem", [BROKEN, ValueError("user0@example.org")])
    def test_what_fails_for_one_keeps_back_no_other(
        self, desk: Desk, server: FakeBadgeServer, problem: Exception
    ) -> None:
        server.faults_of["user0@example.org"] = problem

        desk.send()

        first, *others = outcomes(desk)
        assert first[0] is BadgeState.SENDING
        assert "@" not in first[1]
        assert others == [(BadgeState.AWARDED, "")] * (MANY - 1)

    def test_a_server_that_is_away_is_asked_a_few_times_and_all_say_so(
        self, desk: Desk, server: FakeBadgeServer
    ) -> None:
        server.fault = AWAY

        desk.send()

        assert len(server.tries) == MOST_FAULTS
        assert outcomes(desk) == [(BadgeState.SENDING, str(AWAY))] * MANY

    def test_what_fails_for_some_between_others_is_theirs_alone(self, desk: Desk, server: FakeBadgeServer) -> None:
        for number in range(0, MANY, 2):
            server.faults_of[f"user{number}@example.org"] = BROKEN

        desk.send()

        assert len(server.tries) == MANY
