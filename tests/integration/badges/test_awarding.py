"""Who is awarded a badge, and how often?"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, PDF, make_candidate, make_run
from tests.factories.deliveries import APPLIED, send
from tests.factories.orders import an_order
from tests.integration.badges.awards import award_of, give_image, issue, page_of, take_away
from tests.integration.generation.desk import FILE, FILE_ID, Desk
from webapp import clock
from webapp.domain.badges.states import BadgeState
from webapp.domain.badges.status_lists import place_of
from webapp.models.badges import BadgeAward
from webapp.models.learners import Enrollment, Learner
from webapp.services.badges.awarding import award
from webapp.services.generation import acts
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect
from webapp.tasks.badges import award_badges, awarding_by_schedule


class TestGivenNoImage:
    def test_the_award_waits_and_says_why(self, desk: Desk) -> None:
        issue(desk)

        desk.send()

        award = award_of(desk)
        assert (award.state, award.image_sha256) == (BadgeState.WAITING, None)
        assert award.problem == "There is no badge image for the mode verified, and no default."
        assert [told.action for told in desk.told()][-1] == "badge.waiting"
        assert "/badges/" not in page_of(desk)
        assert desk.app.test_client().get(f"/badges/assertions/{award.assertion_id}").status_code == 404

    def test_nobody_waits_where_the_course_run_issues_none(self, desk: Desk) -> None:
        issue(desk, badges=False)

        assert desk.entries(Channel.BADGE) == []

    def test_nobody_waits_where_badges_are_switched_off(self, desk: Desk) -> None:
        desk.sets(badges=False)
        issue(desk)

        desk.send()

        assert desk.every(BadgeAward) == []
        assert desk.entry(Channel.BADGE).sent_at is not None

    def test_nobody_waits_whose_certificate_is_taken_away_before(self, desk: Desk) -> None:
        issue(desk)
        take_away(desk)

        desk.send()

        assert desk.every(BadgeAward) == []


class TestGivenAnImage:
    @pytest.fixture(autouse=True)
    def _image(self, desk: Desk, session: Session) -> None:
        give_image(session)

    def test_the_badge_is_awarded_once_however_often_it_is_asked_for(self, desk: Desk) -> None:
        issue(desk)
        with desk.work() as session:
            certificate_id = desk.held("ada", HTML).id
            outbox.add(session, [Effect(Channel.BADGE, {}, certificate_id)] * 2, now=clock.now())

        desk.send()

        award = award_of(desk)
        assert (award.state, award.mode, award.problem) == (BadgeState.AWARDED, "verified", "")
        assert [told.action for told in desk.told() if told.kind == "badge_award"] == ["badge.awarded"]
        url = f"http://desk.test/badges/assertions/{award.assertion_id}"
        assert [event["event"] for event in desk.tracking.events if "badge" in event["name"]] == [
            {
                "user_id": 7,
                "course_id": HTML,
                "enrollment_mode": "verified",
                "assertion_id": award.assertion_id,
                "assertion_image_url": f"{url}.png",
                "assertion_json_url": url,
                "issuer": "http://desk.test/badges/issuer",
            }
        ]
        for ending in ("png", "jwt"):
            assert f'href="/badges/assertions/{award.assertion_id}.{ending}"' in page_of(desk)

    def test_a_learner_without_an_address_waits_until_there_is_one(self, desk: Desk) -> None:
        issue(desk, email="")
        desk.send()
        waiting = award_of(desk)
        with desk.app.app_context():
            award_badges(desk.app)
        told_again = [told.action for told in desk.told() if told.kind == "badge_award"]
        with desk.work() as session:
            session.execute(update(Learner).values(email="ada@example.org"))

        with desk.app.app_context():
            award_badges(desk.app)

        assert waiting.problem.startswith("The learner has no e-mail address")
        assert told_again == ["badge.waiting"]
        assert award_of(desk).state is BadgeState.AWARDED

    def test_two_at_once_award_one(self, desk: Desk) -> None:
        issue(desk)
        certificate_id = desk.held("ada", HTML).id
        ready = Barrier(2)

        def give() -> None:
            ready.wait()
            with desk.work() as session:
                award(session, awarding_by_schedule(desk.app.extensions["settings"]), certificate_id)

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(give) for _ in range(2)]:
                done.result()

        assert award_of(desk).state is BadgeState.AWARDED

    def test_a_place_that_somebody_has_is_not_given_twice(self, desk: Desk) -> None:
        issue(desk)
        desk.send()
        taken = award_of(desk).status_number
        with desk.work() as session:
            make_candidate(session, "eve", email="eve@example.org")
            acts.generate(session, an_order(now=clock.now()), "eve", HTML)
        drawn = iter(["a" * 32, "b" * 32, f"{place_of(taken):032x}", f"{place_of(taken) ^ 1:032x}"])
        awarding = replace(awarding_by_schedule(desk.app.extensions["settings"]), new_secret=lambda: next(drawn))

        with desk.work() as session:
            made = award(session, awarding, desk.held("eve", HTML).id)

        assert made is not None
        assert made.status_number == taken ^ 1

    def test_the_mode_is_that_of_the_enrollment_now(self, desk: Desk) -> None:
        issue(desk)
        with desk.work() as session:
            session.execute(update(Enrollment).values(mode="honor"))

        desk.send()

        assert award_of(desk).mode == "honor"

    @pytest.mark.parametrize("issues", [True, False])
    def test_an_answer_of_the_queue_brings_it(self, desk: Desk, issues: bool) -> None:
        with desk.work() as session:
            make_run(session, PDF, issue_badges=issues)
            make_candidate(session, course_id=PDF)
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)
        desk.send()
        held = desk.held("ada", PDF)
        body = {"username": "ada", "course_id": PDF, "download_uuid": FILE_ID, "url": FILE}

        answer = send(desk.app.test_client(), json.dumps({**body, "verify_uuid": "c" * 32}), held.key)
        desk.send()

        assert answer.json == APPLIED
        assert [row.certificate_id for row in desk.every(BadgeAward)] == ([held.id] if issues else [])


class TestGivenAnImageThatComesLater:
    def test_who_waited_is_awarded(self, desk: Desk, session: Session) -> None:
        issue(desk)
        desk.send()
        with desk.app.app_context():
            assert award_badges(desk.app) == 0
        give_image(session)

        with desk.app.app_context():
            assert award_badges(desk.app) == 1
            assert award_badges(desk.app) == 0

        assert award_of(desk).state is BadgeState.AWARDED
        assert [told.action for told in desk.told() if told.kind == "badge_award"] == ["badge.waiting", "badge.awarded"]

    def test_whose_certificate_is_gone_waits_on(self, desk: Desk, session: Session) -> None:
        issue(desk)
        desk.send()
        take_away(desk)
        give_image(session)

        with desk.app.app_context():
            assert award_badges(desk.app) == 0
