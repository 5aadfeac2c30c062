"""Is a PNG picture taken apart as it was put together, and is what only some readers take refused?"""

import random
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.factories.pictures import a_picture, a_profile, drawn, header, in_a_file, rows
from webapp.domain.badges.png import DEPTHS, END, PIXELS, SAMPLES, SIGNATURE, BadPng, Chunk, read_png

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
THE_END = Chunk(END, b"")
THE_PIXELS = Chunk(PIXELS, zlib.compress(rows()))
A_TEXT = Chunk(b"tEXt", b"Author\0Ada")
BROKEN_SUM = a_picture()[:-20] + b"\0" + a_picture()[-19:]


class TestGivenAnyPictureThatPillowWrites:
    @given(mode=st.sampled_from(MODES), width=st.integers(1, 40), height=st.integers(1, 40), seed=st.integers())
    def test_it_is_read_and_given_back_byte_for_byte(self, mode: str, width: int, height: int, seed: int) -> None:
        file = BytesIO()
        size = len(Image.new(mode, (width, height)).tobytes())
        Image.frombytes(mode, (width, height), random.Random(seed).randbytes(size)).save(file, "PNG")

        picture = read_png(file.getvalue())
        picture.check_pixels()

        assert (picture.width, picture.height) == (width, height)
        assert picture.as_seen() == file.getvalue()


class TestGivenAnInterlacedPicture:
    @pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 3), (4, 5), (5, 8), (8, 8), (9, 17), (33, 1)])
    def test_its_pixels_are_counted_pass_by_pass(self, width: int, height: int) -> None:
        grey = [[(7 * x + 31 * y) % 256 for x in range(width)] for y in range(height)]
        passes = b"".join(
            b"\0" + bytes(grey[y][left::right_by])
            for left, top, right_by, down_by in PASSES
            for y in range(top, height, down_by)
            if left < width
        )
        content = a_picture(width, height, colour=0, interlacing=1, pixels=passes)

        read_png(content).check_pixels()

        assert drawn(content)[::4] == bytes(one for row in grey for one in row)


class TestGivenMetadata:
    @pytest.mark.parametrize(
        "chunk",
        [
            A_TEXT,
            Chunk(b"iTXt", b"openbadges\0\0\0\0\0{}"),
            Chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"made by Ada")),
            Chunk(b"eXIf", b"MM\0*GPS"),
            Chunk(b"tIME", struct.pack(">HBBBBB", 2026, 5, 3, 12, 0, 0)),
            Chunk(b"pHYs", b"\0" * 9),
            Chunk(b"prVt", b"of some program"),
        ],
        ids=lambda chunk: chunk.kind.decode(),
    )
    def test_the_picture_is_given_back_without_it(self, chunk: Chunk) -> None:
        assert read_png(a_picture(before=[chunk], after=[chunk])).as_seen() == a_picture()

    @pytest.mark.parametrize(
        "chunk",
        [a_profile(), Chunk(b"gAMA", struct.pack(">I", 45_455)), Chunk(b"sRGB", b"\0"), Chunk(b"tRNS", b"\0\x7f" * 3)],
        ids=lambda chunk: chunk.kind.decode(),
    )
    def test_what_decides_its_colours_stays(self, chunk: Chunk) -> None:
        content = a_picture(before=[chunk])

        assert read_png(content).as_seen() == content

    def test_pixels_in_several_parts_stay_in_several(self) -> None:
        packed = THE_PIXELS.content
        content = in_a_file(header(), Chunk(PIXELS, packed[:9]), Chunk(PIXELS, packed[9:]), THE_END)

        picture = read_png(content)
        picture.check_pixels()

        assert picture.as_seen() == content


class TestGivenWhatIsNoPicture:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            pytest.param(b"", "is not a PNG picture, whatever its name says", id="nothing"),
            pytest.param(b"<svg/>", "is not a PNG picture, whatever its name says", id="svg"),
            pytest.param(SIGNATURE, "is cut off", id="signature alone"),
            pytest.param(a_picture()[:-1], "is cut off", id="last byte missing"),
            pytest.param(a_picture()[:-12], "is cut off", id="no end"),
            pytest.param(a_picture()[:40], "is cut off", id="half of it"),
            pytest.param(a_picture() + b"\0", "has more bytes behind its end", id="one byte more"),
            pytest.param(a_picture() + a_picture(), "has more bytes behind its end", id="two files"),
            pytest.param(
                in_a_file(header(), THE_PIXELS, Chunk(END, b"PK")), "has more bytes behind its end", id="end with content"
            ),
            pytest.param(BROKEN_SUM, "is damaged: the check sum of one of its parts is wrong", id="check sum"),
            pytest.param(
                in_a_file(THE_PIXELS, THE_END), "does not begin with the header of a PNG picture", id="no header"
            ),
            pytest.param(
                in_a_file(Chunk(b"IHDR", b""), THE_PIXELS, THE_END),
                "does not begin with the header of a PNG picture",
                id="empty header",
            ),
            pytest.param(in_a_file(header(), THE_END), "has no pixels", id="no pixels"),
            pytest.param(a_picture(0, 90), "has no size", id="no width"),
            pytest.param(a_picture(90, 0), "has no size", id="no height"),
            pytest.param(
                a_picture(before=[header(13_000, 13_000)]), "has its parts twice or in the wrong order", id="two headers"
            ),
            pytest.param(
                a_picture(before=[THE_PIXELS, A_TEXT, Chunk(b"sRGB", b"\0")]),
                "has its parts twice or in the wrong order",
                id="pixels apart",
            ),
            pytest.param(
                a_picture(after=[Chunk(b"sRGB", b"\0")]), "has its parts twice or in the wrong order", id="late colours"
            ),
            pytest.param(
                a_picture(before=[Chunk(b"acTL", b"\0" * 8)]), "moves; a badge is a picture that stands still", id="moves"
            ),
            pytest.param(
                a_picture(before=[Chunk(b"CgBI", b"")]), "has a part that no reader of PNG pictures knows", id="of one vendor"
            ),
            pytest.param(
                a_picture(before=[Chunk(b"a\0b.", b"")]), "has a part that no reader of PNG pictures knows", id="no letters"
            ),
            pytest.param(
                a_picture(depth=7), "has a header that no reader of PNG pictures knows", id="seven bits a sample"
            ),
            pytest.param(
                a_picture(colour=5), "has a header that no reader of PNG pictures knows", id="fifth type of colour"
            ),
            pytest.param(
                a_picture(interlacing=2), "has a header that no reader of PNG pictures knows", id="unknown interlacing"
            ),
            pytest.param(a_picture(colour=3), "has no palette for its colours", id="no palette"),
            pytest.param(
                a_picture(before=[Chunk(b"tRNS", b"\0" * 257)]), "is damaged: one of its parts is too long", id="long part"
            ),
            pytest.param(
                a_picture(before=[Chunk(b"iCCP", b"P3")]), "has a colour profile that cannot be read", id="odd profile"
            ),
            pytest.param(
                a_picture(before=[Chunk(b"iCCP", b"P3\0\0...")]),
                "is damaged: one of its parts cannot be unpacked",
                id="broken profile",
            ),
            pytest.param(
                a_picture(before=[a_profile(b"\0" * 200_000_000)]),
                "holds more than the picture it claims to be",
                id="profile that is a bomb",
            ),
        ],
    )  # fmt: skip
    def test_it_is_refused_with_what_is_wrong(self, content: bytes, problem: str) -> None:
        with pytest.raises(BadPng) as refused:
            read_png(content)

        assert str(refused.value) == problem


class TestGivenPixelsThatAreNotThoseOfTheHeader:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            pytest.param(
                a_picture(pixels=rows(90, 89)), "is cut off: some of its pixels are missing", id="a row too few"
            ),
            pytest.param(
                a_picture(packed=THE_PIXELS.content[:-4]),
                "is cut off: one of its parts ends too early",
                id="cut stream",
            ),
            pytest.param(a_picture(packed=b""), "is cut off: one of its parts ends too early", id="empty stream"),
            pytest.param(
                a_picture(pixels=rows(90, 91)), "holds more than the picture it claims to be", id="a row too many"
            ),
            pytest.param(
                a_picture(pixels=b"\0" * 200_000_000), "holds more than the picture it claims to be", id="bomb"
            ),
            pytest.param(
                a_picture(packed=THE_PIXELS.content + b"<script>"),
                "holds more than the picture it claims to be",
                id="bytes behind the stream",
            ),
            pytest.param(
                a_picture(packed=b"no stream at all"), "is damaged: one of its parts cannot be unpacked", id="no stream"
            ),
        ],
    )
    def test_they_are_refused(self, content: bytes, problem: str) -> None:
        picture = read_png(content)

        with pytest.raises(BadPng) as refused:
            picture.check_pixels()

        assert str(refused.value) == problem


class TestGivenTheTables:
    def test_each_type_of_colour_has_its_depths_and_its_samples(self) -> None:
        assert DEPTHS.keys() == SAMPLES.keys()
