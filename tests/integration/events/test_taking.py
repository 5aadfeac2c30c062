"""What does each type of event change, and what follows from it (ecosystem note §2.1, decisions 44, 50)?"""


from tests.factories import events
from tests.factories.events import COURSE, ENROLLED, GRADE, message
from tests.integration.events.follower import Follower
from webapp.domain.bus.letters import Taken


class TestGivenAPassingGrade:
    def test_a_certificate_comes_of_it_without_anybody_asking(self, follower: Follower) -> None:
        outcomes = follower.takes(message(ENROLLED, events.enrollment("honor")), message(GRADE, events.grade()))
        follower.judges()

        assert outcomes == [Taken.APPLIED, Taken.APPLIED]
        assert follower.state()["grades"] == {("ada", COURSE): (0.87, "B", True)}
        assert follower.certificates() == {("ada", COURSE): "downloadable"}
