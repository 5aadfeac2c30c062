"""Who is awarded a badge, how often, and what does the world get to see of it?"""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from openbadges_bakery import unbake
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, PDF, make_candidate, make_run
from tests.factories.deliveries import APPLIED, send
from tests.factories.orders import an_order
from tests.factories.pictures import a_picture
from tests.integration.badges.awards import award_of, give_image, issue, make_valid_again, page_of, take_away
from tests.integration.generation.desk import FILE, FILE_ID, Desk
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.badges import open_badges
from webapp.domain.badges.states import BadgeState
from webapp.domain.badges.status_lists import list_of, place_of
from webapp.domain.roles import Role
from webapp.models.badges import BadgeAward
from webapp.models.learners import Enrollment, Learner
from webapp.services.badges.awarding import award
from webapp.services.certificates.timeline import timeline_of
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


class TestGivenAnAwardedBadge:
    @pytest.fixture
    def award(self, desk: Desk, session: Session) -> BadgeAward:
        give_image(session)
        issue(desk)
        desk.send()
        return award_of(desk)

    def test_its_documents_lead_to_each_other(self, desk: Desk, award: BadgeAward) -> None:
        client = desk.app.test_client()
        assertion = client.get(f"/badges/assertions/{award.assertion_id}")

        said = assertion.get_json(force=True)
        badge = client.get(said["badge"]).get_json(force=True)
        issuer = client.get(badge["issuer"]).get_json(force=True)

        assert (said["type"], badge["type"], issuer["type"]) == ("Assertion", "BadgeClass", "Profile")
        assert (badge["name"], issuer["name"], issuer["email"]) == ("Web", "Certdesk", "certdesk@desk.test")
        identity = hashlib.sha256(f"ada@example.org{said['recipient']['salt']}".encode()).hexdigest()
        assert said["recipient"]["identity"] == f"sha256${identity}"
        assert assertion.mimetype == "application/ld+json"
        assert assertion.headers["Access-Control-Allow-Origin"] == "*"
        assert assertion.headers["Cache-Control"] == "public, max-age=60"
        again = client.get(said["id"], headers={"If-None-Match": assertion.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    def test_an_independent_baker_finds_its_address_in_its_picture(self, desk: Desk, award: BadgeAward) -> None:
        client = desk.app.test_client()
        url = f"http://desk.test/badges/assertions/{award.assertion_id}"
        baked = BytesIO(client.get(f"{url}.png").data)
        baked.name = "badge.png"

        assert unbake(baked) == url
        assert client.get(f"/badges/classes/{award.class_slug}.png").data == a_picture()

    def test_staff_see_it_in_the_list_and_on_the_certificate(self, desk: Desk, award: BadgeAward) -> None:
        visitor = staff(desk)
        url = f"http://desk.test/badges/assertions/{award.assertion_id}"

        assert f"/admin/badges/details/?id={award.id}" in visitor.get("/admin/badges/?state=awarded")
        assert f"/admin/badges/details/?id={award.id}" not in visitor.get("/admin/badges/?state=waiting")
        assert url in visitor.get(f"/admin/badges/details/?id={award.id}")
        assert url in visitor.get(f"/admin/certificates/details/?id={award.certificate_id}")

    def test_staff_see_where_it_can_be_had_signed(self, desk: Desk, award: BadgeAward) -> None:
        visitor = staff(desk)

        for page in (
            f"/admin/badges/details/?id={award.id}",
            f"/admin/certificates/details/?id={award.certificate_id}",
        ):
            assert f"http://desk.test/badges/assertions/{award.assertion_id}.jwt" in visitor.get(page)
        status = f"http://desk.test/badges/status/{list_of(award.status_number)}"
        assert status in visitor.get(f"/admin/badges/details/?id={award.id}")

    def test_staff_see_that_it_is_revoked_while_it_is(self, desk: Desk, award: BadgeAward) -> None:
        visitor = staff(desk)
        pages = [
            "/admin/badges/",
            f"/admin/badges/details/?id={award.id}",
            f"/admin/certificates/details/?id={award.certificate_id}",
        ]
        before = ["Revoked" in visitor.get(page) for page in pages]

        take_away(desk)
        after = ["Revoked" in visitor.get(page) for page in pages]

        assert (before, after) == ([False] * 3, [True] * 3)

    def test_its_end_and_its_return_are_told_once_each(self, desk: Desk, award: BadgeAward) -> None:
        take_away(desk)
        desk.send()
        revoked = award_of(desk)
        with desk.work() as session:
            outbox.add(session, [Effect(Channel.BADGE, {}, award.certificate_id)], now=clock.now())
            acts.generate(session, an_order(now=clock.now()), "ada", HTML)  # refused again: nothing changes
        desk.send()
        make_valid_again(desk)

        desk.send()

        assert revoked.revoked_at is not None
        assert award_of(desk).revoked_at is None
        told = [event for event in desk.tracking.events if "badge" in event["name"]]
        assert [event["name"] for event in told] == ["edx.badge.assertion.created", "edx.badge.assertion.revoked"]
        assert told[1]["event"] == told[0]["event"]
        with desk.look() as session:
            entries = timeline_of(session, award.certificate_id)
        assert [(one.title, one.actor) for one in reversed(entries) if "adge" in one.title] == [
            ("Badge awarded", "schedule"),
            ("Badge revoked", "schedule"),
            ("Badge stands again", "schedule"),
        ]

    def test_a_certificate_that_is_taken_away_takes_it_along(self, desk: Desk, award: BadgeAward) -> None:
        take_away(desk)
        client = desk.app.test_client()

        for ending in ("", ".png"):
            answer = client.get(f"/badges/assertions/{award.assertion_id}{ending}")
            said = answer.get_json(force=True)
            assert answer.status_code == 410
            assert said == open_badges.revoked(award.assertion_id, base_url="http://desk.test")
            assert answer.headers["Cache-Control"] == "public, max-age=60"


def staff(desk: Desk) -> Visitor:
    """Somebody who may look at badges."""
    with desk.look() as session, session.begin():
        make_account(session, "sam", Role.VIEWER)
    visitor = Visitor(desk.app)
    visitor.sign_in("sam", PASSWORD)
    return visitor


@pytest.mark.any_database
@pytest.mark.parametrize(
    "path", ["assertions/x", f"assertions/{'a' * 32}", "classes/x", f"classes/{'x' * 300}", "classes/%00"]
)
@pytest.mark.parametrize("ending", ["", ".png"])
def test_what_was_never_awarded_is_not_found(client: FlaskClient, path: str, ending: str) -> None:
    assert client.get(f"/badges/{path}{ending}").status_code == 404
