"""What do a signed badge, the list of its status and the keys of its issuer say?"""

from datetime import UTC, datetime
from typing import Any

import pytest
from openbadgeslib.ob3 import did_web_from_url

from webapp.domain.badges import credentials, identities, open_badges
from webapp.domain.badges.credentials import Issuer
from webapp.domain.badges.open_badges import Achievement, Award
from webapp.domain.badges.status_lists import PLACES, encoded

BASE = "https://certs.example.org"
DID = "did:web:certs.example.org"
DAY = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
ISSUER = Issuer(DID, "Überall-Universität", BASE, "certs@example.org")
ACHIEVED = Achievement("slug", "Λόγος", "verified")


def award(verify_uuid: str = "c" * 32) -> Award:
    identity = open_badges.hashed_identity("ada@example.org", "salt")
    return Award("a" * 32, "slug", identity, "salt", DAY, verify_uuid)


def credential(verify_uuid: str = "c" * 32) -> dict[str, Any]:
    return credentials.credential(award(verify_uuid), ACHIEVED, 2 * PLACES + 7, ISSUER, base_url=BASE)


class TestGivenAnAward:
    def test_the_token_says_of_itself_what_the_credential_does(self) -> None:
        said = credential()

        assert said["id"] == said["jti"] == f"{BASE}/badges/assertions/{'a' * 32}.jwt"
        assert said["iss"] == said["issuer"]["id"] == DID
        assert datetime.fromtimestamp(said["nbf"], UTC) == datetime.fromisoformat(said["validFrom"])
        assert said["validFrom"] == "2026-01-02T03:04:05+00:00"
        assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]

    def test_nobody_learns_whose_it_is(self) -> None:
        said = credential()

        assert "ada" not in str(said)
        assert "sub" not in said
        assert "id" not in said["credentialSubject"]

    def test_whoever_knows_the_address_can_tell_as_of_the_hosted_one(self) -> None:
        (identity,) = credential()["credentialSubject"]["identifier"]

        hosted = open_badges.assertion(award(), base_url=BASE)["recipient"]
        assert (identity["identityHash"], identity["salt"]) == (hosted["identity"], hosted["salt"])
        assert (identity["type"], identity["hashed"]) == ("IdentityObject", True)

    def test_it_says_what_was_achieved_in_any_script(self) -> None:
        achieved = credential()["credentialSubject"]["achievement"]

        assert (achieved["name"], achieved["id"]) == ("Λόγος", f"{BASE}/badges/classes/slug")
        assert achieved["criteria"]["narrative"] == achieved["description"] == 'Completed the course "Λόγος" (verified)'

    def test_its_status_stands_at_its_place_of_its_list(self) -> None:
        assert credential()["credentialStatus"] == {
            "id": f"{BASE}/badges/status/2#7",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": f"{BASE}/badges/status/2",
        }

    @pytest.mark.parametrize(
        ("verify_uuid", "pages"), [("c" * 32, [f"{BASE}/certificates/{'c' * 32}?evidence_visit=1"]), ("", [])]
    )
    def test_its_evidence_is_the_page_of_the_certificate_if_there_is_one(
        self, verify_uuid: str, pages: list[str]
    ) -> None:
        said = credential(verify_uuid)

        assert [one["id"] for one in said.get("evidence", [])] == pages


def test_a_list_says_what_is_not_valid_and_for_how_long_it_says_so() -> None:
    said = credentials.status_list(2, [7], DID, base_url=BASE, at=DAY)

    assert said["jti"] == said["id"] == f"{BASE}/badges/status/2"
    assert said["iss"] == said["issuer"] == DID
    assert said["credentialSubject"] == {
        "id": f"{BASE}/badges/status/2#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": encoded([7]),
    }
    assert said["validUntil"] == "2026-01-03T03:04:05+00:00"
    assert said["exp"] - said["nbf"] == 86_400


class TestGivenABaseAddress:
    @pytest.mark.parametrize(
        "base_url",
        [
            BASE,
            "https://Certs.Example.org:8443",
            "https://localhost:8000",
            "https://xn--bcher-kva.example",
        ],
    )
    def test_its_name_is_the_one_that_a_program_of_others_gives_it(self, base_url: str) -> None:
        assert identities.did_of(base_url) == did_web_from_url(base_url)

    @pytest.mark.parametrize(
        ("base_url", "did"),
        [("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"), ("http://[::1]:8000", "did:web:%5B%3A%3A1%5D%3A8000")],
    )
    def test_one_of_a_trial_has_a_name_too(self, base_url: str, did: str) -> None:
        assert identities.did_of(base_url) == did


def test_the_document_of_the_issuer_has_each_key_under_its_own_name_in_order() -> None:
    said = identities.did_document(DID, [("new", {"x": "1"}), ("old", {"x": "2"})])

    assert said["id"] == DID
    assert said["verificationMethod"] == [
        {"id": f"{DID}#new", "type": "JsonWebKey2020", "controller": DID, "publicKeyJwk": {"x": "1"}},
        {"id": f"{DID}#old", "type": "JsonWebKey2020", "controller": DID, "publicKeyJwk": {"x": "2"}},
    ]
    assert said["assertionMethod"] == [f"{DID}#new", f"{DID}#old"]
