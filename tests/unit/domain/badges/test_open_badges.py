"""What do a badge's documents, its slug and its picture say?"""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openbadges_bakery import unbake

from tests.factories.pictures import a_picture, drawn
from webapp.domain.badges import open_badges, slugs
from webapp.domain.badges.baking import bake
from webapp.domain.badges.open_badges import Achievement, Award
from webapp.domain.badges.png import BadPng, Chunk

BASE = "https://certs.example.org"
COURSE = "course-v1:edX+DemoX+2026"
DAY, LATER = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        (f"{COURSE}_honor_", "course-v1edxdemox2026_honor_"),
        ("edX/Open DemoX/20 - 26_honor_", "edxopen-demox20-26_honor_"),
        ("_Überblick__", "_berblick__"),
    ],
)
def test_a_slug_keeps_what_can_be_read(text: str, slug: str) -> None:
    assert slugs.slugify(text) == slug


def test_a_badge_s_slug_ends_with_its_digest_and_is_never_too_long() -> None:
    digest = hashlib.sha256(f"{COURSE}honor".encode()).hexdigest()[:7]

    assert slugs.badge_slug(COURSE, "honor") == f"course-v1edxdemox2026_honor_{digest}"
    assert len(slugs.badge_slug("x" * 255, "verified")) == slugs.SLUG_LENGTH


class TestGivenAnAward:
    def test_the_assertion_names_nobody_and_its_recipient_can_be_told(self) -> None:
        award = Award("a" * 32, "slug", "sha256$1f", "salt", DAY, "c" * 32)

        said = open_badges.assertion(award, base_url=BASE)

        assert said == {
            "@context": "https://w3id.org/openbadges/v2",
            "type": "Assertion",
            "id": f"{BASE}/badges/assertions/{'a' * 32}",
            "recipient": {
                "type": "email",
                "hashed": True,
                "salt": "salt",
                "identity": "sha256$1f",
            },
            "badge": f"{BASE}/badges/classes/slug",
            "verification": {"type": "HostedBadge"},
            "issuedOn": "2026-01-02T00:00:00+00:00",
            "image": f"{BASE}/badges/assertions/{'a' * 32}.png",
            "evidence": [
                {
                    "id": f"{BASE}/certificates/{'c' * 32}?evidence_visit=1",
                    "narrative": "The certificate, as the issuer shows it.",
                }
            ],
        }

    def test_whose_it_is_is_a_digest_that_the_address_and_the_salt_make(self) -> None:
        said = open_badges.hashed_identity("ada@example.org", "salt")

        assert said == "sha256$" + hashlib.sha256(b"ada@example.orgsalt").hexdigest()
        assert len(said) == open_badges.IDENTITY_LENGTH

    def test_it_says_when_in_whole_seconds(self) -> None:
        award = Award("a", "slug", "", "salt", DAY.replace(microsecond=123), "")

        assert open_badges.assertion(award, base_url=BASE)["issuedOn"] == "2026-01-02T00:00:00+00:00"

    def test_without_a_page_there_is_no_evidence(self) -> None:
        assert "evidence" not in open_badges.assertion(Award("a", "slug", "", "salt", DAY, ""), base_url=BASE)

    def test_a_revoked_one_says_no_more_than_that(self) -> None:
        said = open_badges.revoked("a" * 32, base_url=BASE)

        assert set(said) == {"@context", "id", "type", "revoked", "revocationReason"}
        assert said["revoked"] is True


@pytest.mark.parametrize(
    ("start", "end", "dates"),
    [(None, None, ""), (DAY, None, ""), (DAY, LATER, ", 2026-01-02 - 2026-03-04"), (None, LATER, ",  - 2026-03-04")],
)
def test_a_class_says_what_was_done(start: datetime | None, end: datetime | None, dates: str) -> None:
    said = open_badges.badge_class(Achievement("slug", "Demo", "honor", start, end), base_url=BASE)

    assert said["description"] == f'Completed the course "Demo" (honor{dates})'
    assert said["criteria"] == {"narrative": said["description"]}
    assert (said["id"], said["image"]) == (f"{BASE}/badges/classes/slug", f"{BASE}/badges/classes/slug.png")
    assert said["issuer"] == open_badges.issuer(base_url=BASE, name="Academy", email="a@example.org")["id"]


class TestGivenABakedPicture:
    def test_an_independent_baker_reads_the_address(self) -> None:
        old = Chunk(b"iTXt", b"openbadges\0\0\0\0\0https://elsewhere.example.org")
        picture = a_picture(before=[old])

        baked = bake(picture, f"{BASE}/badges/assertions/{'a' * 32}")

        assert _unbaked(baked) == f"{BASE}/badges/assertions/{'a' * 32}"
        assert baked.count(b"openbadges") == 1
        assert drawn(baked) == drawn(picture)

    def test_what_is_no_picture_is_refused(self) -> None:
        with pytest.raises(BadPng):
            bake(b"GIF89a", BASE)


def _unbaked(content: bytes) -> str:
    file = BytesIO(content)
    file.name = "badge.png"
    return str(unbake(file))
