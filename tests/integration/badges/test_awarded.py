"""What do the world and staff get to see of a badge that was awarded?"""

import hashlib
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openbadges_bakery import unbake
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML
from tests.factories.certificates import make_moves
from tests.factories.governance import make_staff
from tests.factories.orders import an_order
from tests.factories.pictures import a_picture
from tests.integration.badges.awards import award_of, give_image, issue, make_valid_again, take_away
from tests.integration.generation.desk import Desk
from tests.integration.governed.desk import make_live
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.badges import open_badges
from webapp.domain.badges.states import BadgeState
from webapp.domain.badges.status_lists import list_of
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GeneratedCertificate
from webapp.services.certificates.timeline import timeline_of
from webapp.services.generation import acts
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect


class TestGivenANameOfThePlatform:
    @pytest.mark.parametrize(("enabled", "name"), [(True, "The Desk"), (False, "Certdesk")])
    def test_its_issuer_is_called_as_certificates_call_it(
        self, client: FlaskClient, session: Session, *, enabled: bool, name: str
    ) -> None:
        configured = {"enabled": enabled, "configuration": {"default": {"platform_name": "The Desk"}}}
        make_live(session, make_staff(session), "html-view", "-", configured)

        issuer = client.get("/badges/issuer").get_json(force=True)

        assert issuer["name"] == name


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

    def test_its_end_and_its_return_are_noted_while_badges_are_switched_off_and_nobody_is_told(
        self, desk: Desk, award: BadgeAward
    ) -> None:
        desk.sets(badges=False)
        before = list(desk.tracking.events)

        take_away(desk)
        desk.send()
        revoked = award_of(desk)
        make_valid_again(desk)
        desk.send()

        assert (revoked.state, revoked.revoked_at is not None) == (BadgeState.AWARDED, True)
        assert award_of(desk).revoked_at is None
        noted = [told.action for told in desk.told() if told.kind == "badge_award"]
        assert noted == ["badge.awarded", "badge.revoked", "badge.reinstated"]
        assert [event["name"] for event in desk.tracking.events[len(before) :] if "badge" in event["name"]] == []

    @pytest.mark.parametrize("status", [Status.REGENERATING, Status.ERROR])
    def test_its_end_is_told_while_its_certificate_is_made_anew_and_after_that_failed(
        self, desk: Desk, award: BadgeAward, status: Status
    ) -> None:
        with desk.work() as session:
            held = session.get_one(GeneratedCertificate, award.certificate_id)
            held.status = status
            make_moves(session, held, Status.DOWNLOADABLE, Status.REGENERATING, status)

        take_away(desk)
        desk.send()

        assert award_of(desk).revoked_at is not None
        assert [event["name"] for event in desk.tracking.events][-1] == "edx.badge.assertion.revoked"

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
