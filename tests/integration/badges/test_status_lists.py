"""Does the list say of each signed badge whether it still is valid, and of nobody else's anything?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, decode_encoded_list, set_indices
from sqlalchemy import event, update

from tests.factories.candidates import HTML
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.badges.awards import award_of, issue, make_valid_again, rotate, take_away
from tests.integration.badges.judges import Fetching
from tests.integration.badges.test_signed import DID, judge, part, token_of
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.domain.badges.status_lists import FIRST_LIST, PLACES, place_of
from webapp.domain.certificates.statuses import Status
from webapp.models.badges import BadgeAward
from webapp.models.base import db
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.services.badges import keys, signing
from webapp.services.badges.signing import Signer
from webapp.services.badges.status_lists import READ_EVERY, StatusLists
from webapp.services.generation import deletion

LIST = f"http://desk.test/badges/status/{FIRST_LIST}"


def lost(desk: Desk) -> frozenset[int]:
    """The places that the list names after the time for which a process keeps it."""
    desk.app.extensions["status_lists"].forget()
    subject = part(Fetching(desk.app)(LIST).decode(), 1)["credentialSubject"]
    return set_indices(decode_encoded_list(subject["encodedList"]))


def delete(desk: Desk) -> None:
    with desk.work() as session:
        deletion.delete(session, an_order(now=clock.now(), note="Asked to."), "ada", HTML)


def let_be(desk: Desk, status: Status, came_from: Status) -> None:
    """Let the certificate have come to a status from another one."""
    with desk.work() as session:
        certificate_id = award_of(desk).certificate_id
        session.execute(update(GeneratedCertificate).values(status=status))
        session.add(
            CertificateTransition(
                certificate_id=certificate_id,
                from_status=came_from,
                to_status=status,
                cause="regenerated",
                actor_name="sam",
                at=clock.now(),
            )
        )


class TestGivenASignedBadge:
    @pytest.fixture(autouse=True)
    def _kept(self, web: Fetching, award: BadgeAward) -> None:
        self.token = token_of(web, award)

    def test_the_list_is_signed_by_the_issuer_and_long_enough_for_many(self, web: Fetching, award: BadgeAward) -> None:
        answer = web(LIST).decode()

        judged = part(answer, 1)
        assert OB3Verifier.for_issuer_did(DID, download=web)._decode_payload(answer) == judged
        assert judged["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
        assert (judged["iss"], judged["issuer"], judged["jti"]) == (DID, DID, LIST)
        assert len(decode_encoded_list(judged["credentialSubject"]["encodedList"])) * 8 == PLACES
        assert part(answer, 0)["typ"] == "vc+jwt"

    def test_caches_keep_it_for_a_minute(self, desk: Desk, award: BadgeAward) -> None:
        client = desk.app.test_client()
        answer = client.get(LIST)

        desk.app.extensions["status_lists"].forget()
        again = client.get(LIST, headers={"If-None-Match": answer.headers["ETag"]})

        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/vc+jwt", "public, max-age=60")
        assert (again.status_code, again.data) == (304, b"")

    @pytest.mark.parametrize("take", [take_away, delete])
    def test_a_certificate_that_is_taken_away_revokes_it(
        self, desk: Desk, web: Fetching, award: BadgeAward, take: Callable[[Desk], None]
    ) -> None:
        before = lost(desk)
        judge(web, self.token)

        take(desk)

        assert (before, lost(desk)) == (frozenset(), frozenset({place_of(award.status_number)}))
        with pytest.raises(OB3VerificationError, match="Credential status 'revocation' is set"):
            judge(web, self.token)

    @pytest.mark.parametrize("take", [take_away, delete])
    def test_it_is_valid_again_when_the_certificate_is(
        self, desk: Desk, web: Fetching, take: Callable[[Desk], None]
    ) -> None:
        take(desk)
        assert lost(desk)

        make_valid_again(desk)

        assert lost(desk) == frozenset()
        assert judge(web, self.token).id

    def test_what_others_sign_in_the_place_of_the_list_says_nothing(self, web: Fetching) -> None:
        key_url = part(self.token, 0)["kid"]
        stranger = signing.open_signer(key_url, signing.make_key("secret").sealed_key, "secret")
        forged = stranger.sign(part(web(LIST).decode(), 1), "vc+jwt").encode()

        def lying(url: str) -> bytes:
            return forged if url == LIST else web(url)

        with pytest.raises(OB3VerificationError, match="proof is invalid"):
            OB3Verifier.for_issuer_did(DID, download=web).verify(self.token, check_status=True, download=lying)

    def test_a_list_of_before_a_change_of_keys_is_signed_anew(self, desk: Desk, web: Fetching) -> None:
        web(LIST)

        kid = rotate(desk)

        assert part(web(LIST).decode(), 0)["kid"] == f"{DID}#{kid}"
        assert judge(web, self.token).id

    @pytest.mark.parametrize(
        ("status", "came_from", "revoked"),
        [
            (Status.REGENERATING, Status.DOWNLOADABLE, False),
            (Status.ERROR, Status.DOWNLOADABLE, False),
            (Status.GENERATING, Status.UNAVAILABLE, True),
            (Status.UNAVAILABLE, Status.DOWNLOADABLE, True),
            (Status.NOT_PASSING, Status.DOWNLOADABLE, True),
            (Status.AUDIT_PASSING, Status.DOWNLOADABLE, True),
        ],
    )
    def test_it_says_the_same_as_the_assertion(
        self, desk: Desk, award: BadgeAward, status: Status, came_from: Status, revoked: bool
    ) -> None:
        let_be(desk, status, came_from)

        answer = desk.app.test_client().get(f"/badges/assertions/{award.assertion_id}")

        assert answer.status_code == (410 if revoked else 200)
        assert bool(lost(desk)) is revoked

    @pytest.mark.parametrize("status", [Status.DOWNLOADABLE, Status.REGENERATING])
    def test_what_is_not_shown_yet_is_not_revoked(self, desk: Desk, award: BadgeAward, status: Status) -> None:
        let_be(desk, status, Status.DOWNLOADABLE)
        with desk.work() as session:
            session.execute(
                update(CourseRun).values(self_paced=False, certificate_available_date=clock.now() + timedelta(days=1))
            )

        answer = desk.app.test_client().get(f"/badges/assertions/{award.assertion_id}.jwt")

        assert (answer.status_code, lost(desk)) == (404, frozenset())


class TestGivenABadgeThatWaits:
    def test_it_has_a_place_and_no_status(self, desk: Desk) -> None:
        issue(desk)
        desk.send()
        take_away(desk)

        assert lost(desk) == frozenset()
        assert award_of(desk).status_number // PLACES == FIRST_LIST


class TestGivenAProcessThatHasReadAList:
    @pytest.fixture
    def signer(self, desk: Desk, award: BadgeAward) -> Signer:
        rotate(desk)
        with desk.look() as session:
            key = keys.find_current(session)
        assert key is not None
        return keys.signer_of(key, base_url="http://desk.test", secret=desk.app.extensions["settings"].secret_key)

    @pytest.mark.parametrize(
        ("later", "reads"),
        [
            (timedelta(0), 0),
            (READ_EVERY - timedelta(microseconds=1), 0),
            (READ_EVERY, 1),
            (timedelta(seconds=-1), 1),
        ],
    )
    def test_it_reads_again_after_a_while_and_signs_only_what_is_new(
        self, desk: Desk, signer: Signer, later: timedelta, reads: int
    ) -> None:
        lists, asked = StatusLists(), 0

        def count(*_what: object) -> None:
            nonlocal asked
            asked += 1

        with desk.look() as session:
            first = lists.find(
                session, FIRST_LIST, signer, base_url="http://desk.test", now=NOON + timedelta(minutes=1)
            )
            event.listen(db.engine, "before_cursor_execute", count)
            again = lists.find(
                session, FIRST_LIST, signer, base_url="http://desk.test", now=NOON + timedelta(minutes=1) + later
            )
            event.remove(db.engine, "before_cursor_execute", count)

        assert first is not None
        assert again is not None
        assert (again.token, asked) == (first.token, reads)

    def test_a_further_hour_is_signed_anew(self, desk: Desk, signer: Signer) -> None:
        lists = StatusLists()
        with desk.look() as session:
            found = [
                lists.find(session, FIRST_LIST, signer, base_url="http://desk.test", now=NOON + timedelta(minutes=n))
                for n in (0, 59, 60)
            ]

        tokens = [one.token for one in found if one is not None]
        assert tokens[0] == tokens[1] != tokens[2]
        assert part(tokens[2], 1)["validFrom"] == (NOON + timedelta(hours=1)).isoformat()


@pytest.mark.any_database
@pytest.mark.parametrize("number", ["0", "1", "99", str(2**31), str(10**30), "-1", "x"])
def test_a_list_that_no_badge_belongs_to_is_not_found(client: FlaskClient, number: str) -> None:
    assert client.get(f"/badges/status/{number}").status_code == 404
