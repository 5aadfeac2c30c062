"""Which uploaded files become pictures of badges, and what is kept of them?"""

from hashlib import sha256

import pytest

from tests.factories.pictures import WITH_PALETTE, a_foreign_picture, a_picture, a_profile, drawn, header, in_a_file
from webapp.domain.badges.png import END, PIXELS, Chunk
from webapp.domain.configs.badges import SIZE_LIMIT
from webapp.errors import BadImage
from webapp.services.configs.images import MOST_PIXELS_A_SIDE, ReadImage, read_badge_image

PADDING = Chunk(b"prVt", b"\0" * (SIZE_LIMIT - len(a_picture()) - 12))
ASSERTION = Chunk(b"iTXt", b'openbadges\0\0\0\0\0{"verify": {"url": "https://elsewhere.example/1"}}')


class TestGivenASquarePng:
    def test_it_is_kept_byte_for_byte_under_its_own_hash(self) -> None:
        content = a_picture(90, before=[a_profile()])

        read = read_badge_image(content)

        assert read == ReadImage(sha256(content).hexdigest(), "image/png", 90, 90, len(content), content)

    @pytest.mark.parametrize("side", [1, 90, MOST_PIXELS_A_SIDE])
    def test_any_size_up_to_the_most_is_taken(self, side: int) -> None:
        assert read_badge_image(a_picture(side)).width == side

    def test_one_byte_less_than_the_limit_is_taken(self) -> None:
        padded = a_picture(before=[Chunk(PADDING.kind, PADDING.content[:-1])])

        assert len(padded) == SIZE_LIMIT - 1
        assert read_badge_image(padded).content == a_picture()


class TestGivenAPngThatWasBaked:
    def test_the_assertion_of_the_other_badge_is_left_out(self) -> None:
        read = read_badge_image(a_picture(before=[ASSERTION]))

        assert read.content == a_picture()
        assert (read.sha256, read.size) == (sha256(a_picture()).hexdigest(), len(a_picture()))

    def test_it_looks_the_same(self) -> None:
        content = a_picture(before=[ASSERTION, Chunk(b"tRNS", b"\0\x7f" * 3)], after=[Chunk(b"eXIf", b"MM\0*")])

        assert drawn(read_badge_image(content).content) == drawn(content)


class TestGivenAnyOtherFile:
    @pytest.mark.parametrize(
        ("content", "begins"),
        [
            pytest.param(a_foreign_picture("JPEG"), "The badge image is not a PNG picture", id="JPEG"),
            pytest.param(a_foreign_picture("GIF"), "The badge image is not a PNG picture", id="GIF"),
            pytest.param(a_foreign_picture("WEBP"), "The badge image is not a PNG picture", id="WEBP"),
            pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "The badge image is not a PNG picture", id="SVG"),
            pytest.param(b"", "The badge image is not a PNG picture", id="empty"),
            pytest.param(a_picture(90, 91), "The badge image must be square. This one is 90 pixels", id="not square"),
            pytest.param(
                a_picture(before=[PADDING]), "The badge image file size must be less than 250KB. This file", id="too big"
            ),
            pytest.param(b"\0" * 10_000_000, "The badge image file size must be less than 250KB. This", id="huge"),
            pytest.param(
                a_picture(2_049), "The badge image must not have more than 2,048 pixels a side.", id="too many pixels"
            ),
            pytest.param(a_picture()[:-20], "The badge image is cut off.", id="cut off"),
            pytest.param(a_picture() + b"PK", "The badge image has more bytes behind its end.", id="with an archive"),
            pytest.param(a_picture(0), "The badge image has no size.", id="without size"),
            pytest.param(a_picture(pixels=b"\0" * 9), "The badge image is cut off: some of its", id="too few pixels"),
            pytest.param(
                a_picture(2, pixels=b"\x09" + b"\0" * 6 + b"\0" * 7), "The badge image is damaged: its pixels", id="filter"
            ),
            pytest.param(
                a_picture(before=[Chunk(b"gAMA", b"")]), "The badge image is damaged: its pixels", id="part too short"
            ),
            pytest.param(
                a_picture(2, colour=WITH_PALETTE, before=[Chunk(b"PLTE", b"")]), "The badge image has no palette", id="palette"
            ),
        ],
    )  # fmt: skip
    def test_it_is_refused_with_what_to_mend(self, content: bytes, begins: str) -> None:
        with pytest.raises(BadImage) as refused:
            read_badge_image(content)

        assert str(refused.value).startswith(begins)
        assert refused.value.code == "bad_image"

    def test_a_bomb_is_refused_by_what_its_header_claims(self) -> None:
        claims = in_a_file(header(13_000, 13_000), Chunk(PIXELS, b"never unpacked"), Chunk(END, b""))

        with pytest.raises(BadImage, match=r"must not have more than 2,048 pixels a side. This one has 13,000."):
            read_badge_image(claims)
