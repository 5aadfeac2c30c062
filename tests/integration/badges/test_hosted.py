"""Does a program that others wrote take our hosted badges for what they are (Open Badges 2.0)?

The program is openbadgeslib; it asks our own pages, and nobody else.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from openbadgeslib.ob2 import OB2VerificationError, OB2Verifier
from sqlalchemy import update

from tests.integration.badges.awards import take_away, tell_address
from tests.integration.badges.judges import Fetching
from tests.integration.generation.desk import Desk, at
from webapp.models.badges import BadgeAward


class TestGivenAnAwardedBadge:
    def test_it_is_valid_and_whose_it_is_can_be_told(self, web: Fetching, award: BadgeAward) -> None:
        document = web.document(award)

        judged = OB2Verifier(download=web).verify_hosted(
            document, expected_recipient="ada@example.org", check_revocation=True
        )

        assert judged.id == f"http://desk.test/badges/assertions/{award.assertion_id}"
        assert judged.issued_on == at(award.awarded_at).replace(microsecond=0)
        assert [url.removeprefix("http://desk.test/badges/") for url in web.asked][:3] == [
            f"assertions/{award.assertion_id}",
            f"classes/{award.class_slug}",
            "issuer",
        ]

    def test_the_address_in_its_picture_leads_to_it(self, web: Fetching, award: BadgeAward) -> None:
        picture = web(f"http://desk.test/badges/assertions/{award.assertion_id}.png")

        url = OB2Verifier.extract_token_from_png(picture)

        assert OB2Verifier(download=web).verify_hosted(web(url).decode()).badge.endswith(award.class_slug)

    @pytest.mark.parametrize("now", ["ada@new.example.org", ""])
    def test_one_that_was_kept_is_valid_and_hers_after_her_address_has_changed(
        self, desk: Desk, web: Fetching, award: BadgeAward, now: str
    ) -> None:
        kept = web.document(award)
        picture = web(f"http://desk.test/badges/assertions/{award.assertion_id}.png")
        tell_address(desk, now)

        judged = OB2Verifier(download=web).verify_hosted(kept, expected_recipient="ada@example.org")

        assert judged.id == OB2Verifier.extract_token_from_png(picture)
        assert web.document(award) == kept

    def test_one_that_the_version_before_has_awarded_is_hers_by_her_present_address(
        self, desk: Desk, web: Fetching, award: BadgeAward
    ) -> None:
        with desk.work() as session:
            session.execute(update(BadgeAward).values(identity=""))
        tell_address(desk, "ada@new.example.org")

        judged = OB2Verifier(download=web).verify_hosted(web.document(award), expected_recipient="ada@new.example.org")

        assert judged.id == f"http://desk.test/badges/assertions/{award.assertion_id}"

    def test_it_is_nobody_else_s(self, web: Fetching, award: BadgeAward) -> None:
        with pytest.raises(OB2VerificationError, match="Recipient mismatch"):
            OB2Verifier(download=web).verify_hosted(web.document(award), expected_recipient="eve@example.org")

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"recipient": {"type": "email", "hashed": False, "identity": "eve@example.org"}}, "'recipient' differs"),
            ({"badge": "http://desk.test/badges/classes/other"}, "'badge' differs"),
            ({"issuedOn": "2020-01-01T00:00:00+00:00"}, "'issuedOn' differs"),
            ({"expires": "2999-01-01T00:00:00+00:00"}, "'expires' differs"),
            ({"id": f"http://desk.test/badges/assertions/{'0' * 32}"}, "Could not fetch"),
        ],
    )
    def test_one_that_somebody_has_changed_is_not_valid(
        self, web: Fetching, award: BadgeAward, changed: Mapping[str, Any], why: str
    ) -> None:
        with pytest.raises(OB2VerificationError, match=why):
            OB2Verifier(download=web).verify_hosted({**web.document(award), **changed})

    def test_it_is_valid_no_more_once_the_certificate_is_taken_away(
        self, desk: Desk, web: Fetching, award: BadgeAward
    ) -> None:
        kept = web.document(award)
        take_away(desk)

        with pytest.raises(OB2VerificationError, match=r"Could not fetch hosted assertion .* answered 410"):
            OB2Verifier(download=web).verify_hosted(kept)
        with pytest.raises(OB2VerificationError, match="Malformed"):
            OB2Verifier(download=web).verify_hosted(web.gone(award))
