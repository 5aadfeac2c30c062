"""What becomes of a badge whose learner gets another address before the badge server's answer is there (decision 32)?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.badge_server import AWARD, AWARDS, ISSUER, TOKEN, StandInBadgeServer
from tests.fakes import FakeBadgeServer
from tests.integration.badge_server.elsewhere import AWAY, NO, told_of, use
from tests.integration.badges.awards import award_of, issue, tell_address
from tests.integration.generation.desk import Desk
from tests.xqueue_wire import Fault, Reply
from webapp.adapters.badge_server import BadgrServer
from webapp.domain.badges.states import BadgeState
from webapp.ports import BadgeRefused
from webapp.services.messages.outbox import Channel

OLD, NEW, NEWEST = "ada@example.org", "ada@new.example", "ada@newest.example"


def kept(desk: Desk) -> list[str]:
    """Give the addresses that lie in the outbox."""
    addresses = desk.entry(Channel.BADGE_SERVER).payload.get("asked", [])
    assert isinstance(addresses, list)
    return addresses


class TestGivenAnAnswerThatIsLost:
    @pytest.fixture
    def there(self, desk: Desk) -> Iterator[StandInBadgeServer]:
        """A server that has issued Ada's badge, which nobody here knows."""
        with StandInBadgeServer() as there:
            use(desk, BadgrServer(there.url, token=TOKEN, issuer=ISSUER))
            there.faults[AWARD] = Fault.ANSWER_LOST
            issue(desk)
            desk.send()
            desk.let_pass(timedelta(seconds=10))
            yield there

    def test_the_badge_is_there_once(self, desk: Desk, there: StandInBadgeServer) -> None:
        tell_address(desk, NEW)

        desk.send()

        assert there.awarded() == [OLD]
        assert award_of(desk).server_url == "https://badges.test/public/assertions/1"
        assert told_of(desk) == ["badge.sending", "badge.awarded"]
        assert OLD not in str(desk.entry(Channel.BADGE_SERVER).payload)

    def test_so_it_is_after_another_failure_and_another_address(self, desk: Desk, there: StandInBadgeServer) -> None:
        tell_address(desk, NEW)
        there.faults[AWARDS] = Reply("", 500)
        desk.send()
        tell_address(desk, NEWEST)
        desk.let_pass(timedelta(minutes=1))

        desk.send()

        assert there.awarded() == [OLD]
        assert award_of(desk).state is BadgeState.AWARDED


class TestGivenAServerThatIsAway:
    @pytest.fixture(autouse=True)
    def _asked_before(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = AWAY
        issue(desk)
        desk.send()
        desk.let_pass(timedelta(seconds=10))

    def test_the_address_is_kept_until_the_badge_is_issued_to_the_newest(
        self, desk: Desk, server: FakeBadgeServer
    ) -> None:
        tell_address(desk, NEW)
        meanwhile, server.fault = kept(desk), None

        desk.send()

        order, again = server.tries[-1]
        assert (order.email, order.earlier, again) == (NEW, (OLD,), True)
        assert (meanwhile, kept(desk)) == ([OLD], [])

    def test_one_that_is_taken_away_is_neither_asked_for_nor_kept(self, desk: Desk, server: FakeBadgeServer) -> None:
        tell_address(desk, "")

        desk.send()

        assert (len(server.tries), kept(desk)) == (1, [])
        assert award_of(desk).state is BadgeState.FAILED

    def test_nor_is_it_kept_while_badges_are_switched_off(self, desk: Desk) -> None:
        desk.sets(badges=False)
        tell_address(desk, "")

        desk.send()

        assert kept(desk) == []

    def test_what_is_given_up_keeps_none(self, desk: Desk) -> None:
        desk.try_in_vain(timedelta(hours=6))

        desk.send()

        assert (award_of(desk).state, kept(desk)) == (BadgeState.FAILED, [])

    def test_a_refusal_that_quotes_an_earlier_one_is_told_without_it(self, desk: Desk, server: FakeBadgeServer) -> None:
        tell_address(desk, NEW)
        server.fault = BadgeRefused(f"{NO} Nor is {NEW}.")

        desk.send()

        assert award_of(desk).state is BadgeState.FAILED
        assert "@" not in award_of(desk).problem
        assert "@" not in str(desk.told())


class TestGivenThatNobodyWasAsked:
    def test_no_address_is_kept(self, desk: Desk) -> None:
        use(desk, None)
        issue(desk)

        desk.send()

        assert kept(desk) == []
