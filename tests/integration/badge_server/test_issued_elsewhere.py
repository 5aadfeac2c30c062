"""What becomes of a badge where a badge server issues in our place (decisions 31, 32, 39)?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.badge_server import AWARD, ISSUER, TOKEN, StandInBadgeServer
from tests.factories.candidates import HTML
from tests.fakes import FakeBadgeServer
from tests.integration.badge_server.elsewhere import AWAY, NO, told_of, use, visitor_who_is
from tests.integration.badges.awards import award_of, issue, page_of, take_away
from tests.integration.generation.desk import Desk
from tests.xqueue_wire import Fault
from webapp.adapters.badge_server import BadgrServer
from webapp.domain.badges.states import BadgeState
from webapp.domain.roles import Role
from webapp.models.learners import Learner
from webapp.services.messages.outbox import Channel
from webapp.tasks.badges import award_badges


class TestGivenAServerThatIssues:
    def test_the_learner_has_the_badge_and_whoever_counts_is_told_of_it_there(
        self, desk: Desk, server: FakeBadgeServer
    ) -> None:
        issue(desk)

        desk.send()
        desk.send()

        award = award_of(desk)
        ((order, again),) = server.tries
        assert (order.email, order.name, order.slug, again) == ("ada@example.org", "Web", award.class_slug, False)
        assert order.evidence.startswith("http://desk.test/certificates/")
        assert (award.state, award.server_url) == (
            BadgeState.AWARDED,
            f"https://badges.test/assertions/{award.class_slug}",
        )
        assert award.server_reply == {"json": {"id": award.server_url}}
        assert told_of(desk) == ["badge.sending", "badge.awarded"]
        (event,) = [event["event"] for event in desk.tracking.events if "badge" in event["name"]]
        assert (event["assertion_json_url"], event["assertion_image_url"], event["issuer"]) == (
            award.server_url,
            f"{award.server_url}.png",
            "https://badges.test/issuer",
        )

    def test_our_own_addresses_lead_there(self, desk: Desk, server: FakeBadgeServer) -> None:
        issue(desk)
        desk.send()
        award, client = award_of(desk), desk.app.test_client()

        answers = [client.get(f"/badges/assertions/{award.assertion_id}{ending}") for ending in ("", ".png")]

        assert [(answer.status_code, answer.location) for answer in answers] == [
            (302, award.server_url),
            (302, f"{award.server_url}.png"),
        ]
        assert f'href="/badges/assertions/{award.assertion_id}.png"' in page_of(desk)
        assert client.get(f"/badges/classes/{award.class_slug}").get_json(force=True)["name"] == "Web"

    def test_one_that_is_not_valid_any_more_is_gone_here(self, desk: Desk, server: FakeBadgeServer) -> None:
        issue(desk)
        desk.send()
        take_away(desk)

        answer = desk.app.test_client().get(f"/badges/assertions/{award_of(desk).assertion_id}")

        assert answer.status_code == 410

    def test_who_waited_for_an_address_is_sent_on_once_there_is_one(self, desk: Desk, server: FakeBadgeServer) -> None:
        issue(desk, email="")
        desk.send()
        with desk.work() as session:
            session.execute(update(Learner).values(email="ada@example.org"))

        with desk.app.app_context():
            award_badges(desk.app)
        desk.send()

        assert award_of(desk).state is BadgeState.AWARDED
        assert told_of(desk) == ["badge.waiting", "badge.sending", "badge.awarded"]


class TestGivenAServerThatIsAway:
    def test_the_badge_is_on_its_way_says_why_and_comes_later(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = AWAY
        issue(desk)
        desk.send()
        meanwhile = award_of(desk)
        server.fault = None

        desk.let_pass(timedelta(seconds=10))
        desk.send()

        assert (meanwhile.state, meanwhile.problem) == (BadgeState.SENDING, str(AWAY))
        assert [again for _, again in server.tries] == [False, True]
        assert award_of(desk).state is BadgeState.AWARDED

    def test_the_certificate_is_there_all_the_same(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = AWAY
        issue(desk)

        desk.send()

        assert desk.held("ada", HTML).status == "downloadable"
        assert "/badges/" not in page_of(desk)

    def test_it_is_given_up_after_six_hours(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = AWAY
        issue(desk)
        desk.send()
        desk.try_in_vain(timedelta(hours=6))

        desk.send()

        award = award_of(desk)
        assert (award.state, award.problem) == (BadgeState.FAILED, f"Not issued within six hours: {AWAY}")
        assert desk.entry(Channel.BADGE_SERVER).failed_at is not None

    def test_one_that_was_taken_out_of_the_settings_is_missing(self, desk: Desk) -> None:
        use(desk, None)
        issue(desk)

        desk.send()

        assert award_of(desk).problem == "no badge server is configured"


class TestGivenAServerThatSaysNo:
    @pytest.fixture(autouse=True)
    def _refused(self, desk: Desk, server: FakeBadgeServer) -> None:
        server.fault = NO
        issue(desk)
        desk.send()

    def test_its_words_are_shown_without_the_address(self, desk: Desk) -> None:
        award = award_of(desk)

        assert award.state is BadgeState.FAILED
        assert award.problem == str(NO).replace("ada@example.org", "(the learner's address)")
        assert "ada@example.org" not in str(desk.told())

    def test_support_sends_it_again(self, desk: Desk, server: FakeBadgeServer) -> None:
        award, visitor = award_of(desk), visitor_who_is(desk, Role.SUPPORT)
        page = visitor.get(f"/admin/badges/details/?id={award.id}")
        server.fault = None

        visitor.post(f"/admin/badges/{award.id}/send")
        desk.send()

        assert "Send again" in page
        assert [again for _, again in server.tries] == [False, True]
        assert award_of(desk).state is BadgeState.AWARDED
        assert told_of(desk) == ["badge.sending", "badge.failed", "badge.sending", "badge.awarded"]

    def test_the_certificates_timeline_says_so(self, desk: Desk) -> None:
        visitor = visitor_who_is(desk, Role.VIEWER)

        page = visitor.get(f"/admin/certificates/details/?id={award_of(desk).certificate_id}")

        assert "Badge on its way to the badge server" in page
        assert "Badge not issued by the badge server" in page

    def test_who_only_reads_does_not(self, desk: Desk) -> None:
        award, visitor = award_of(desk), visitor_who_is(desk, Role.VIEWER)

        answer = visitor.post(f"/admin/badges/{award.id}/send")

        assert answer.status_code == 403
        assert award_of(desk).state is BadgeState.FAILED

    @pytest.mark.parametrize(("number", "status"), [(0, 409), (7, 404)])
    def test_what_has_not_failed_is_not_sent_again(
        self, desk: Desk, server: FakeBadgeServer, number: int, status: int
    ) -> None:
        award, visitor = award_of(desk), visitor_who_is(desk, Role.SUPPORT)
        visitor.post(f"/admin/badges/{award.id}/send")

        answer = visitor.post(f"/admin/badges/{award.id + number}/send")

        assert answer.status_code == status


class TestGivenAnAnswerThatIsLost:
    def test_the_badge_is_there_once(self, desk: Desk) -> None:
        with StandInBadgeServer() as server:
            use(desk, BadgrServer(server.url, token=TOKEN, issuer=ISSUER))
            server.faults[AWARD] = Fault.ANSWER_LOST
            issue(desk)
            desk.send()
            lost = award_of(desk)
            desk.let_pass(timedelta(seconds=10))

            desk.send()

        assert lost.state is BadgeState.SENDING
        assert server.awarded() == ["ada@example.org"]
        assert award_of(desk).server_url == "https://badges.test/public/assertions/1"
