"""What becomes of a badge on its way to a badge server when something changes meanwhile (decisions 31, 32)?"""

from datetime import timedelta

import pytest

from tests.factories.candidates import PDF
from tests.factories.orders import an_order
from tests.factories.queue_messages import failure, success
from tests.fakes import FakeBadgeServer
from tests.integration.badge_server.elsewhere import AWAY, NO, answer_queue, have_pdf_made, told_of, visitor_who_is
from tests.integration.badges.awards import award_of, issue, take_away
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.domain.badges.states import BadgeState
from webapp.domain.roles import Role
from webapp.services.badges.issuing import OFF
from webapp.services.generation import acts, invalidations
from webapp.services.messages.outbox import Channel


class TestGivenACertificateThatEndsMeanwhile:
    def test_a_learner_whose_certificate_ends_meanwhile_gets_none(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = AWAY
        issue(desk)
        desk.send()
        take_away(desk)
        server.fault = None
        desk.let_pass(timedelta(seconds=10))

        desk.send()

        assert len(server.tries) == 1
        assert award_of(desk).state is BadgeState.FAILED


class TestGivenACertificateThatIsMadeAnewMeanwhile:
    @pytest.fixture(autouse=True)
    def _made_anew(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = AWAY
        have_pdf_made(desk)
        answer_queue(desk, success(username="ada", course_id=PDF))
        desk.send()
        with desk.work() as session:
            acts.regenerate(session, an_order(now=clock.now()), "ada", PDF)

    @pytest.mark.parametrize("fails", [False, True])
    def test_the_badge_is_issued_all_the_same(self, desk: Desk, server: FakeBadgeServer, fails: bool) -> None:
        if fails:
            answer_queue(desk, failure(username="ada", course_id=PDF))
        server.fault = None
        desk.let_pass(timedelta(seconds=10))

        desk.send()

        assert desk.held("ada", PDF).status == ("error" if fails else "regenerating")
        assert (award_of(desk).state, award_of(desk).problem) == (BadgeState.AWARDED, "")

    def test_none_is_issued_where_it_was_invalidated_as_well(self, desk: Desk, server: FakeBadgeServer) -> None:
        with desk.work() as session:
            invalidations.invalidate(session, an_order(now=clock.now(), note="No."), "ada", PDF)
        server.fault = None
        desk.let_pass(timedelta(seconds=10))

        desk.send()

        assert len(server.tries) == 1
        assert award_of(desk).state is BadgeState.FAILED


class TestGivenThatBadgesAreSwitchedOffMeanwhile:
    @pytest.fixture(autouse=True)
    def _on_its_way(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = AWAY
        issue(desk)
        desk.send()
        server.fault = None
        desk.sets(badges=False)
        desk.let_pass(timedelta(seconds=10))

    def test_a_badge_on_its_way_waits_and_says_why(self, desk: Desk, server: FakeBadgeServer) -> None:
        desk.send()

        award, entry = award_of(desk), desk.entry(Channel.BADGE_SERVER)
        assert len(server.tries) == 1
        assert (award.state, award.problem) == (BadgeState.SENDING, OFF)
        assert (entry.sent_at, entry.failed_at, entry.last_problem) == (None, None, "")
        assert OFF in visitor_who_is(desk, Role.VIEWER).get(f"/admin/badges/details/?id={award.id}")
        assert desk.send() == 0

    def test_it_is_issued_once_they_are_on_again(self, desk: Desk, server: FakeBadgeServer) -> None:
        desk.send()
        meanwhile = award_of(desk)
        desk.sets(badges=True)
        desk.let_pass(timedelta(minutes=10))

        desk.send()

        assert meanwhile.state is BadgeState.SENDING
        assert (award_of(desk).state, award_of(desk).problem) == (BadgeState.AWARDED, "")

    def test_the_six_hours_of_trying_do_not_count_it(self, desk: Desk, server: FakeBadgeServer) -> None:
        desk.try_in_vain(timedelta(hours=6))
        desk.send()
        server.fault = AWAY
        desk.sets(badges=True)
        desk.let_pass(timedelta(minutes=10))

        desk.send()

        assert (award_of(desk).state, award_of(desk).problem) == (BadgeState.SENDING, str(AWAY))

    def test_one_that_failed_is_not_sent_again_and_the_page_says_why(self, desk: Desk, server: FakeBadgeServer) -> None:
        desk.sets(badges=True)
        server.fault = NO
        desk.send()
        desk.sets(badges=False)
        award, visitor = award_of(desk), visitor_who_is(desk, Role.SUPPORT)

        page = visitor.get(f"/admin/badges/details/?id={award.id}")
        visitor.post(f"/admin/badges/{award.id}/send")

        assert OFF in page
        assert OFF in visitor.get(f"/admin/badges/details/?id={award.id}")
        assert award_of(desk).state is BadgeState.FAILED
        assert told_of(desk) == ["badge.sending", "badge.failed"]
