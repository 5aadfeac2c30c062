"""Does a program that others wrote take our signed badges for what they are (Open Badges 3.0)?

The program is openbadgeslib; it knows the name of the issuer, and asks our own pages for the rest.
"""

import base64
import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from tests.integration.badges.awards import rotate, take_away, tell_address
from tests.integration.badges.judges import Fetching
from tests.integration.generation.desk import Desk, at
from webapp.domain.badges import open_badges
from webapp.models.badges import BadgeAward
from webapp.services.badges import signing

DID = "did:web:desk.test"


def token_of(web: Fetching, award: BadgeAward) -> str:
    """The signed badge, as anybody gets it."""
    return web(f"http://desk.test/badges/assertions/{award.assertion_id}.jwt").decode()


def judge(web: Fetching, token: str, **more: Any) -> Any:  # noqa: ANN401 - what the program makes of it
    """Let the program judge a badge by the keys and the status that we publish now."""
    return OB3Verifier.for_issuer_did(DID, download=web).verify(token, check_status=True, download=web, **more)


def part(token: str, number: int) -> dict[str, Any]:
    """Read the header (0) or the claims (1) of a token."""
    text = token.split(".")[number]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return said


def with_claims(token: str, **claims: object) -> str:
    """Change what a token says, and leave its signature as it was."""
    header, _, signature = token.split(".")
    said = json.dumps({**part(token, 1), **claims}).encode()
    return f"{header}.{base64.urlsafe_b64encode(said).decode().rstrip('=')}.{signature}"


class TestGivenAnAwardedBadge:
    def test_it_is_valid_and_says_what_was_achieved(self, web: Fetching, award: BadgeAward) -> None:
        judged = judge(web, token_of(web, award))

        assert (judged.issuer.id, judged.issuer.name, judged.achievement.name) == (DID, "Certdesk", "Web")
        assert judged.achievement.id == f"http://desk.test/badges/classes/{award.class_slug}"
        assert judged.issuance_date == at(award.awarded_at).replace(microsecond=0)
        assert f"http://desk.test/badges/status/{award.status_number // 131_072}" in web.asked

    def test_its_recipient_can_be_told_by_whoever_knows_the_address(self, web: Fetching, award: BadgeAward) -> None:
        (identity,) = judge(web, token_of(web, award)).identifiers

        assert identity == type(identity).create("ada@example.org", award.salt)
        assert "ada@" not in json.dumps(part(token_of(web, award), 1)).lower()

    def test_it_stays_hers_after_her_address_has_changed(self, desk: Desk, web: Fetching, award: BadgeAward) -> None:
        before = part(token_of(web, award), 1)
        tell_address(desk, "ada@new.example.org")

        assert part(token_of(web, award), 1) == before

    def test_its_header_names_the_published_key_and_the_signature_is_of_that(
        self, web: Fetching, award: BadgeAward
    ) -> None:
        token = token_of(web, award)
        (method,) = json.loads(web("http://desk.test/.well-known/did.json"))["verificationMethod"]

        assert part(token, 0) == {"alg": "ES256", "kid": method["id"], "typ": "JWT"}
        assert jws.deserialize_compact(token, ECKey.import_key(method["publicKeyJwk"]), ["ES256"]).payload
        with pytest.raises(BadSignatureError):
            jws.deserialize_compact(token, ECKey.generate_key("P-256"), ["ES256"])

    def test_it_is_kept_by_caches_for_as_long_as_its_assertion(self, desk: Desk, award: BadgeAward) -> None:
        client, path = desk.app.test_client(), f"/badges/assertions/{award.assertion_id}.jwt"
        answer = client.get(path)

        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})

        assert answer.mimetype == "application/vc+jwt"
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["ETag"].startswith('W/"')
        assert (again.status_code, again.data) == (304, b"")

    @pytest.mark.parametrize(
        ("claims", "why"),
        [
            ({"name": "Rocket science"}, "Invalid signature"),
            ({"credentialStatus": None}, "Invalid signature"),
            ({"validUntil": "2999-01-01T00:00:00+00:00"}, "Invalid signature"),
            ({"iss": "did:web:other.test"}, "Invalid signature"),
        ],
    )
    def test_one_that_somebody_has_changed_is_not_valid(
        self, web: Fetching, award: BadgeAward, claims: dict[str, object], why: str
    ) -> None:
        with pytest.raises(OB3VerificationError, match=why):
            judge(web, with_claims(token_of(web, award), **claims))

    def test_one_that_somebody_else_has_signed_in_our_name_is_not_valid(self, web: Fetching, award: BadgeAward) -> None:
        claims = part(token_of(web, award), 1)
        key_url = part(token_of(web, award), 0)["kid"]
        forged = signing.open_signer(key_url, signing.make_key("secret").sealed_key, "secret").sign(claims, "JWT")

        with pytest.raises(OB3VerificationError, match="Invalid signature"):
            judge(web, forged)

    def test_another_key_signs_from_then_on_and_what_was_signed_before_stays_valid(
        self, desk: Desk, web: Fetching, award: BadgeAward
    ) -> None:
        before = token_of(web, award)
        kid = rotate(desk)

        after = token_of(web, award)

        assert part(after, 0)["kid"] == f"{DID}#{kid}" != part(before, 0)["kid"]
        assert judge(web, before).id == judge(web, after).id

    def test_taken_away_its_address_says_so_as_that_of_the_assertion_does(self, desk: Desk, award: BadgeAward) -> None:
        take_away(desk)

        answer = desk.app.test_client().get(f"/badges/assertions/{award.assertion_id}.jwt")

        assert answer.status_code == 410
        assert answer.get_json(force=True) == open_badges.revoked(award.assertion_id, base_url="http://desk.test")
