"""What becomes of a badge where a badge server issues in our place (decisions 31, 32, 39)?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.badge_server import AWARD, ISSUER, TOKEN, StandInBadgeServer
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, PDF, make_candidate, make_run
from tests.factories.deliveries import APPLIED
from tests.factories.deliveries import send as deliver
from tests.factories.orders import an_order
from tests.factories.queue_messages import failure, success
from tests.fakes import FakeBadgeServer
from tests.integration.badges.awards import award_of, give_image, issue, page_of
from tests.integration.generation.desk import Desk
from tests.visitors import Visitor
from tests.xqueue_wire import Fault
from webapp import clock
from webapp.adapters.badge_server import BadgrServer
from webapp.domain.badges.states import BadgeState
from webapp.domain.roles import Role
from webapp.models.learners import Learner
from webapp.ports import BadgeRefused, BadgeServerUnreachable
from webapp.services.badges.issuing import OFF
from webapp.services.generation import acts, invalidations
from webapp.services.messages.outbox import Channel
from webapp.tasks.badges import award_badges

AWAY = BadgeServerUnreachable("cannot connect to the badge server")
NO = BadgeRefused("the badge server refused it [400]: ada@example.org is on no list of ours")


@pytest.fixture
def desk(app: Flask, session: Session) -> Iterator[Desk]:
    """An application that has its badges issued elsewhere, with an image for each of them."""
    settings = app.extensions["settings"]
    desk = Desk(app)
    desk.sets(badge_server_url="https://badges.test", badge_server_token=TOKEN, badge_server_issuer=ISSUER)
    give_image(session)
    yield desk
    app.extensions["settings"] = settings


@pytest.fixture
def server(desk: Desk) -> FakeBadgeServer:
    """A badge server that issues everything."""
    server = FakeBadgeServer()
    use(desk, server)
    return server


def use(desk: Desk, server: FakeBadgeServer | BadgrServer | None) -> None:
    """Have badges issued by a server."""
    desk.app.extensions["ports"] = replace(desk.app.extensions["ports"], badge_server=server)


def told_of(desk: Desk) -> list[str]:
    """Give what the audit says of badges."""
    return [told.action for told in desk.told() if told.kind == "badge_award"]


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
        desk.let_pass(timedelta(hours=6))

        desk.send()

        award = award_of(desk)
        assert (award.state, award.problem) == (BadgeState.FAILED, f"Not issued within six hours: {AWAY}")
        assert desk.entry(Channel.BADGE_SERVER).failed_at is not None

    def test_one_that_was_taken_out_of_the_settings_is_missing(self, desk: Desk) -> None:
        use(desk, None)
        issue(desk)

        desk.send()

        assert award_of(desk).problem == "no badge server is configured"

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

    @pytest.mark.parametrize("fails", [False, True])
    def test_a_learner_whose_certificate_is_made_anew_meanwhile_has_it(
        self, desk: Desk, server: FakeBadgeServer, fails: bool
    ) -> None:
        server.fault = AWAY
        have_pdf_made(desk)
        answer_queue(desk, success(username="ada", course_id=PDF))
        desk.send()
        with desk.work() as session:
            acts.regenerate(session, an_order(now=clock.now()), "ada", PDF)
        if fails:
            answer_queue(desk, failure(username="ada", course_id=PDF))
        server.fault = None
        desk.let_pass(timedelta(seconds=10))

        desk.send()

        assert desk.held("ada", PDF).status == ("error" if fails else "regenerating")
        assert (award_of(desk).state, award_of(desk).problem) == (BadgeState.AWARDED, "")

    def test_a_learner_whose_certificate_was_invalidated_while_it_was_made_anew_gets_none(
        self, desk: Desk, server: FakeBadgeServer
    ) -> None:
        server.fault = AWAY
        have_pdf_made(desk)
        answer_queue(desk, success(username="ada", course_id=PDF))
        desk.send()
        with desk.work() as session:
            acts.regenerate(session, an_order(now=clock.now()), "ada", PDF)
            invalidations.invalidate(session, an_order(now=clock.now(), note="No."), "ada", PDF)
        server.fault = None
        desk.let_pass(timedelta(seconds=10))

        desk.send()

        assert len(server.tries) == 1
        assert award_of(desk).state is BadgeState.FAILED


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
        desk.let_pass(timedelta(hours=6))
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


def take_away(desk: Desk) -> None:
    """Invalidate Ada's certificate."""
    with desk.work() as session:
        invalidations.invalidate(session, an_order(now=clock.now(), note="No."), "ada", HTML)


def have_pdf_made(desk: Desk) -> None:
    """Ask the queue for Ada's certificate in a course run that issues badges, too."""
    with desk.work() as session:
        make_run(session, PDF, issue_badges=True, display_name="Paper")
        make_candidate(session, course_id=PDF, email="ada@example.org")
        acts.generate(session, an_order(now=clock.now()), "ada", PDF)


def answer_queue(desk: Desk, body: str) -> None:
    """Let the queue answer the newest job of Ada's."""
    answer = deliver(desk.app.test_client(), body, desk.held("ada", PDF).key)
    assert answer.json == APPLIED


def visitor_who_is(desk: Desk, role: Role) -> Visitor:
    """Sign somebody in."""
    with desk.look() as session, session.begin():
        make_account(session, "sam", role)
    visitor = Visitor(desk.app)
    visitor.sign_in("sam", PASSWORD)
    return visitor
