"""What is a badge server asked, and what becomes of each of its answers (domain note §5)?"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.badge_server import AWARD, AWARDS, CLASS, CLASSES, ISSUER, ROOT, TOKEN, StandInBadgeServer
from tests.factories.pictures import a_picture
from tests.servers import free_port
from tests.xqueue_wire import ERROR_PAGE, HTML_PAGE, Fault, Reply
from webapp.adapters.badge_server import NO_ISSUER, NO_SERVER, OTHER_SLUG, STRANGERS, BadgrServer
from webapp.domain.badges.server_messages import BadgeOrder
from webapp.ports import BadgeRefused, BadgeServerUnreachable

ORDER = BadgeOrder(
    slug="course-v1demo_honor_0123456",
    name="Démonstration",
    criteria="http://desk.test/badges/classes/course-v1demo_honor_0123456",
    description='Completed the course "Démonstration" (honor)',
    picture=a_picture(),
    email="Ada@example.org",
    evidence=f"http://desk.test/certificates/{'a' * 32}?evidence_visit=1",
)

MOST_S = 3
"""Three requests, of which one takes 0.3 seconds, on a machine that is busy."""


@pytest.fixture
def server() -> Iterator[StandInBadgeServer]:
    """A server that knows no class."""
    with StandInBadgeServer() as server:
        yield server


def connected(
    server: StandInBadgeServer, *, token: str = TOKEN, issuer: str = ISSUER, timeout_s: float = 10
) -> BadgrServer:
    """Give what we speak to it with."""
    return BadgrServer(server.url, token=token, issuer=issuer, timeout_s=timeout_s)


class TestGivenNoClassYet:
    def test_it_is_made_with_its_picture_and_then_awarded(self, server: StandInBadgeServer) -> None:
        issued = connected(server).issue(ORDER, again=False)

        assert server.asked == [CLASS, CLASSES, AWARD]
        made = server.classes[ORDER.slug]
        assert made.fields == {
            "name": "Démonstration",
            "slug": ORDER.slug,
            "criteria": ORDER.criteria,
            "description": ORDER.description,
        }
        assert made.picture == ("badge.png", "image/png", a_picture())
        award = server.received[-1]
        assert award.path == f"{ROOT}/badges/{ORDER.slug}/assertions"
        assert json.loads(award.body) == {"email": "Ada@example.org", "evidence": ORDER.evidence}
        assert (issued.url, issued.issuer) == (
            "https://badges.test/public/assertions/1",
            f"https://badges.test/public/issuers/{ISSUER}",
        )
        assert issued.image_url == f"{issued.url}/image"

    def test_many_at_once_make_one(self, server: StandInBadgeServer) -> None:
        ours = connected(server)
        orders = [replace(ORDER, email=f"learner{number}@example.org") for number in range(8)]

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda order: ours.issue(order, again=False), orders))

        assert server.asked.count(CLASSES) == 1
        assert len(server.awarded()) == 8

    def test_one_without_a_page_has_no_evidence(self, server: StandInBadgeServer) -> None:
        connected(server).issue(replace(ORDER, evidence=""), again=False)

        assert json.loads(server.received[-1].body) == {"email": "Ada@example.org"}


class TestGivenAClassThatIsKnown:
    @pytest.fixture
    def ours(self, server: StandInBadgeServer) -> BadgrServer:
        ours = connected(server)
        ours.issue(ORDER, again=False)
        server.asked.clear()
        return ours

    def test_it_is_not_asked_for_again(self, server: StandInBadgeServer, ours: BadgrServer) -> None:
        ours.issue(replace(ORDER, email="eva@example.org"), again=False)

        assert server.asked == [AWARD]

    def test_one_that_was_deleted_there_is_made_again_by_the_next_try(
        self, server: StandInBadgeServer, ours: BadgrServer
    ) -> None:
        server.classes.clear()
        with pytest.raises(BadgeServerUnreachable, match="has gone"):
            ours.issue(ORDER, again=False)

        ours.issue(ORDER, again=True)

        assert server.awarded() == ["ada@example.org"]

    def test_one_that_was_deleted_there_is_made_again_by_a_try_that_looks_for_its_award_first(
        self, server: StandInBadgeServer, ours: BadgrServer
    ) -> None:
        server.classes.clear()

        ours.issue(ORDER, again=True)

        assert server.asked == [AWARDS, CLASS, CLASSES, AWARD]
        assert server.awarded() == ["ada@example.org"]

    def test_a_list_that_is_not_to_be_had_is_asked_for_again(
        self, server: StandInBadgeServer, ours: BadgrServer
    ) -> None:
        server.faults[AWARDS] = ERROR_PAGE

        with pytest.raises(BadgeServerUnreachable):
            ours.issue(ORDER, again=True)

        assert server.awarded() == ["ada@example.org"]

    @pytest.mark.parametrize("filters", [True, False])
    def test_what_was_issued_already_is_found_and_not_issued_again(self, filters: bool) -> None:
        with StandInBadgeServer(filters=filters) as server:
            ours = connected(server)
            for email in ("eva@example.org", "Ada@example.org"):
                ours.issue(replace(ORDER, email=email), again=False)

            issued = ours.issue(ORDER, again=True)

        assert server.asked[-1] == AWARDS
        assert issued.url.endswith("/assertions/2")
        assert server.awarded() == ["eva@example.org", "ada@example.org"]

    def test_one_that_an_earlier_address_has_is_taken(self, server: StandInBadgeServer, ours: BadgrServer) -> None:
        issued = ours.issue(replace(ORDER, email="ada@new.example", earlier=("Ada@example.org",)), again=True)

        assert issued.url.endswith("/assertions/1")
        assert server.awarded() == ["ada@example.org"]

    def test_one_that_no_earlier_address_has_is_issued_to_the_newest(
        self, server: StandInBadgeServer, ours: BadgrServer
    ) -> None:
        ours.issue(replace(ORDER, email="eva@new.example", earlier=("eva@example.org",)), again=True)

        assert server.asked == [AWARDS, AWARDS, AWARD]
        assert server.awarded() == ["ada@example.org", "eva@new.example"]

    def test_an_answer_that_was_lost_leads_to_one_badge(self, server: StandInBadgeServer, ours: BadgrServer) -> None:
        eva = replace(ORDER, email="eva@example.org")
        server.faults[AWARD] = Fault.ANSWER_LOST
        with pytest.raises(BadgeServerUnreachable):
            ours.issue(eva, again=False)

        ours.issue(eva, again=True)

        assert server.awarded() == ["ada@example.org", "eva@example.org"]


class TestGivenAServerThatFails:
    @pytest.mark.parametrize("what", [CLASS, CLASSES, AWARD])
    @pytest.mark.parametrize(
        "fault",
        [Fault.SILENCE, Fault.CLOSED, Fault.CUT_SHORT, Fault.DRIBBLE, Fault.GARBAGE, ERROR_PAGE, Reply("", 302)],
    )
    def test_it_is_to_be_asked_again(self, server: StandInBadgeServer, what: str, fault: Fault | Reply) -> None:
        server.faults[what] = fault
        ours = connected(server, timeout_s=0.5 if fault in (Fault.SILENCE, Fault.DRIBBLE) else 10)

        with pytest.raises(BadgeServerUnreachable):
            ours.issue(ORDER, again=False)

        assert server.awarded() == []
        connected(server).issue(ORDER, again=True)
        assert server.awarded() == ["ada@example.org"]

    @pytest.mark.parametrize("what", [CLASS, CLASSES, AWARD])
    @pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.DRIBBLE, Fault.DRIBBLED_HEAD])
    def test_nobody_waits_longer_however_slowly_it_answers(
        self, server: StandInBadgeServer, what: str, fault: Fault
    ) -> None:
        server.faults[what] = fault
        began = time.monotonic()

        with pytest.raises(BadgeServerUnreachable) as told:
            connected(server, timeout_s=0.3).issue(ORDER, again=False)

        assert str(told.value) == f"{NO_SERVER} (no answer within 0.3 seconds)"
        assert time.monotonic() - began < MOST_S

    @pytest.mark.parametrize("what", [CLASSES, AWARD])
    @pytest.mark.parametrize("reply", [HTML_PAGE, Reply("[]"), Reply("{}"), Reply('{"slug": 1, "json": {"id": 7}}')])
    def test_what_is_no_answer_is_none(self, server: StandInBadgeServer, what: str, reply: Reply) -> None:
        server.faults[what] = reply

        with pytest.raises(BadgeServerUnreachable, match="unexpected reply"):
            connected(server).issue(ORDER, again=False)

    def test_nobody_there(self) -> None:
        ours = BadgrServer(f"http://127.0.0.1:{free_port()}", token=TOKEN, issuer=ISSUER)

        with pytest.raises(BadgeServerUnreachable, match=NO_SERVER):
            ours.issue(ORDER, again=False)


class TestGivenAServerThatSaysNo:
    @pytest.mark.parametrize("status", [400, 409, 422])
    def test_its_words_are_kept(self, server: StandInBadgeServer, status: int) -> None:
        server.faults[AWARD] = Reply('{"email": ["Enter a valid\\n  address."]}', status)

        with pytest.raises(BadgeRefused, match=r"refused it \[\d+\]: .*Enter a valid"):
            connected(server).issue(ORDER, again=False)

    def test_a_page_says_nothing(self, server: StandInBadgeServer) -> None:
        server.faults[AWARD] = Reply("<html>Bad Request</html>", 400)

        with pytest.raises(BadgeRefused, match=r"\(no words\)"):
            connected(server).issue(ORDER, again=False)

    def test_a_token_that_it_does_not_know_is_for_an_operator_to_mend(self, server: StandInBadgeServer) -> None:
        with pytest.raises(BadgeServerUnreachable) as problem:
            connected(server, token="another").issue(ORDER, again=False)

        assert str(problem.value) == STRANGERS

    def test_one_that_gives_slugs_of_its_own_cannot_be_used(self) -> None:
        with StandInBadgeServer(keeps_slug=False) as server, pytest.raises(BadgeRefused) as problem:
            connected(server).issue(ORDER, again=False)

        assert str(problem.value) == OTHER_SLUG


class TestGivenACheck:
    def test_it_answers(self, server: StandInBadgeServer) -> None:
        assert connected(server).find_fault() is None

    def test_what_is_wrong_is_said(self, server: StandInBadgeServer) -> None:
        assert connected(server, token="another").find_fault() == STRANGERS
        assert connected(server, issuer="nobody").find_fault() == NO_ISSUER
