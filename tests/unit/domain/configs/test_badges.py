"""Which images can badges have, and which do they have?"""

from collections.abc import Mapping

import pytest

from tests.unit.domain.configs.payloads import SHA, problems_of, reasons_of
from webapp.domain.certificates.modes import Mode
from webapp.domain.configs import badges
from webapp.domain.configs.proposals import Checked, Image, Proposal, Surroundings

BADGES: Mapping[str, Mapping[str, str]] = {"honor": {"icon": "h"}, "verified": {"icon": "v"}}
LIMIT = 250 * 1024
NO_PNG = "The badge image must be a PNG file."
NO_SQUARE = "The badge image must be square."
TOO_LARGE = "The badge image file size must be less than 250KB."


class TestGivenBadges:
    @pytest.mark.parametrize(
        ("default", "mode", "icon"),
        [
            ("verified", "honor", "h"),
            ("verified", "audit", "v"),
            (None, "honor", "h"),
            (None, "audit", None),
            ("audit", "credit", None),
            ("honor", "xseries", "h"),
        ],
    )
    def test_a_mode_has_its_own_image_or_the_defaults(self, default: str | None, mode: str, icon: str | None) -> None:
        assert badges.image_for_mode(BADGES, default, mode) == icon

    def test_the_other_modes_fall_back(self) -> None:
        assert badges.modes_falling_back(BADGES) == tuple(mode for mode in Mode if mode not in {"honor", "verified"})


class TestGivenAnImage:
    @pytest.mark.parametrize(
        ("image", "reasons"),
        [
            (Image("image/png", 1, 1, 1), []),
            (Image("image/png", 400, 400, LIMIT - 1), []),
            (Image("image/png", 400, 400, LIMIT), [TOO_LARGE]),
            (Image("image/png", 400, 401, 1), [NO_SQUARE]),
            (Image("image/jpeg", 400, 400, 1), [NO_PNG]),
            (Image("image/gif", 1, 2, LIMIT + 1), [NO_PNG, NO_SQUARE, TOO_LARGE]),
        ],
    )
    def test_all_that_is_wrong_with_it_is_named(self, image: Image, reasons: list[str]) -> None:
        found = badges.check(Proposal("honor", {"icon": SHA}, {}, Surroundings(images={SHA: image})))

        assert reasons_of(found) == [("icon", reason) for reason in reasons]

    def test_one_that_nobody_uploaded_is_refused(self) -> None:
        found = badges.check(Proposal("honor", {"icon": SHA}))

        assert reasons_of(found) == [("icon", "No image with this SHA-256 has been uploaded.")]

    @pytest.mark.parametrize("icon", [None, 1, "", "a" * 63, "A" * 64, "a" * 65, "a" * 64 + "\n", [SHA]])
    def test_it_is_named_by_its_sum(self, icon: object) -> None:
        reason = "Must be the SHA-256 of an uploaded image: 64 lower-case hexadecimal digits."

        assert problems_of(badges.parse, {"icon": icon}) == [("icon", reason)]

    @pytest.mark.parametrize("mode", Mode)
    def test_every_mode_may_have_one(self, mode: Mode) -> None:
        assert badges.parse_key(mode.value) == mode

    def test_of_other_modes_the_known_ones_are_told(self) -> None:
        [(_, reason)] = problems_of(badges.parse_key, "xseries")

        assert reason.startswith("Must be a mode: honor, verified, ")


class TestGivenTheDefault:
    def test_its_badge_cannot_be_deleted(self) -> None:
        found = badges.check(Proposal("honor", None, BADGES, Surroundings(default_badge="honor")))

        reason = "The badge is the default; point the default to another mode, or to none, first."
        assert reasons_of(found) == [("", reason)]

    def test_another_can(self) -> None:
        assert badges.check(Proposal("honor", None, BADGES, Surroundings(default_badge="verified"))) == Checked()

    @pytest.mark.parametrize(
        ("mode", "reasons"), [("honor", []), (None, []), ("audit", ["The mode audit has no badge image."])]
    )
    def test_it_points_to_a_mode_with_an_image_or_to_none(self, mode: str | None, reasons: list[str]) -> None:
        found = badges.check_default(Proposal("-", {"mode": mode}, {}, Surroundings(badges=frozenset(BADGES))))

        assert reasons_of(found) == [("mode", reason) for reason in reasons]

    @pytest.mark.parametrize("mode", ["", "xseries", 1, ["honor"], False])
    def test_it_points_to_nothing_else(self, mode: object) -> None:
        [(field, reason)] = problems_of(badges.parse_default, {"mode": mode})

        assert field == "mode"
        assert reason.startswith("Must be a mode: honor, ")

    def test_what_is_kept_is_a_plain_text(self) -> None:
        assert type(badges.parse_default({"mode": Mode.HONOR})["mode"]) is str


class TestGivenAChangeInWords:
    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            (None, "a", "Badges of the mode honor will have an image of their own."),
            ("a", "b", "Badges of the mode honor will have another image."),
            ("a", None, "Badges of the mode honor will lose their own image and have the default's, if there is one."),
        ],
    )
    def test_it_says_what_badges_look_like(self, before: str | None, after: str | None, sentence: str) -> None:
        was, will = ({"icon": icon} if icon else None for icon in (before, after))

        assert badges.sentences(was, will, "honor") == (sentence,)

    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            (None, "honor", "Badges of modes without an image of their own will have that of honor."),
            (
                "honor",
                "audit",
                "Badges of modes without an image of their own will have that of audit instead of that of honor.",
            ),
            (
                "honor",
                None,
                "There will be no default badge image: awards in modes without an image of their own will wait.",
            ),
        ],
    )
    def test_it_says_what_the_default_is(self, before: str | None, after: str | None, sentence: str) -> None:
        assert badges.default_sentences({"mode": before}, {"mode": after}) == (sentence,)

    def test_writing_down_that_there_is_none_changes_nothing(self) -> None:
        assert badges.default_sentences(None, {"mode": None}) == ("There still is no default badge image.",)
