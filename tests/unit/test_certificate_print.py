"""Does a certificate on paper, and its card, hold whatever a certificate can say?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.factories.page_values import COURSE, DESK, UUID, page
from tests.fakes import NOON
from webapp import paths
from webapp.adapters.certificate_print import card_of, pdf_of, render_card, render_pdf, typeset
from webapp.adapters.certificate_print.pictures import code_of, find_picture
from webapp.adapters.certificate_print.texts import ZERO_WIDTH_SPACE, breakable, printed
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, build_page
from webapp.ports import PageBroken

MM = 72 / 25.4
SIGNATORIES = [{"name": f"Signatory {number}", "title": "Dean", "organization": "edX"} for number in range(1, 10)]
WORDY = "words without end " * 60


def values(name: str = "Ada Lovelace", **certificate: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any part of it
    """Give the values of somebody's certificate."""
    html_view = {"enabled": True, "configuration": {"default": {}}}
    texts = CertificateTexts(name, "verified", UUID, NOON)
    made = build_page(
        html_view, CourseTexts(COURSE, "Harbours", certificate), texts, base_url=DESK, site="desk", now=NOON
    )
    return made.values


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def words_of(pdf: bytes) -> str:
    """Give what stands on the one page, in one line."""
    (only,) = read(pdf).pages
    return " ".join(only.extract_text().replace(ZERO_WIDTH_SPACE, "").split())


class TestGivenACertificateOnPaper:
    def test_it_says_all_that_the_page_says(self) -> None:
        words = words_of(render_pdf(values(signatories=SIGNATORIES[:1])))

        assert [
            text
            for text in ("Verified Certificate", "This is to certify that", "Ada Lovelace", "has completed the course",
                         "Harbours", "a course of edX", "Earned on the verified track.", "November 21, 2026", "Signatory 1",
                         "Dean, edX", f"Verify at {DESK}/certificates/{UUID}", f"Certificate number {UUID}")
            if text not in words
        ] == []  # fmt: skip

    @pytest.mark.parametrize(("paper", "size"), [("a4", (297 * MM, 210 * MM)), ("letter", (11 * 72, 8.5 * 72))])
    def test_it_fills_one_sheet_of_the_paper(self, paper: str, size: tuple[float, float]) -> None:
        (only,) = read(render_pdf(values(), paper)).pages

        assert (float(only.mediabox.width), float(only.mediabox.height)) == pytest.approx(size, abs=0.01)

    def test_programs_that_read_aloud_find_their_way(self) -> None:
        pdf = read(render_pdf(values(signatories=SIGNATORIES)))

        root, metadata = pdf.root_object, pdf.metadata
        assert metadata is not None
        assert (metadata.title, str(root["/Lang"])) == ("edX DemoX Certificate | Certdesk", "en")
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()  # type: ignore[attr-defined]  # a stream

    def test_it_is_made_on_the_certificates_day_whenever_that_is(self) -> None:
        later = {**values(), "checked_at": None, "checked_at_text": "another moment", "copyright": "© 2031"}

        assert render_pdf(values()) == render_pdf(later)
        assert pdf_of(values()).tag == pdf_of(later).tag
        assert read(render_pdf(values())).metadata["/CreationDate"] == "D:20261121000000Z"  # type: ignore[index]

    @pytest.mark.parametrize(
        "name",
        ['#panic("x") $x$ @a *b* _c_ [d] <e> \\ `f` // g', "Zoë Ångström", "山田 由紀", "Ж" * 255, "김민준", "ليلى"],
    )
    def test_any_name_is_plain_text(self, name: str) -> None:
        words = words_of(render_pdf(values(name)))

        assert name.replace(" ", "") in words.replace(" ", "")

    def test_a_letter_that_no_font_has_costs_no_more_than_the_mark_of_the_standard(self) -> None:
        made = render_pdf(values("Ada \U0010fffd Lovelace"))

        assert "Lovelace" in words_of(made)

    @pytest.mark.parametrize("signatories", [[], SIGNATORIES[:4], SIGNATORIES[:5], SIGNATORIES, SIGNATORIES * 5])
    def test_all_who_sign_have_room_on_one_page(self, signatories: Sequence[Mapping[str, str]]) -> None:
        words = words_of(render_pdf(values(signatories=signatories)))

        assert words.count("Signatory") == len(signatories)
        assert UUID in words

    def test_texts_without_end_stay_on_the_page(self) -> None:
        wordy = dict.fromkeys(("certificate_type", "accomplishment_banner_opening", "platform_name"), WORDY)
        made = page({"default": wordy}, title=WORDY).values

        assert UUID in words_of(render_pdf(made))
        assert len(render_card(made)) > 0

    def test_what_cannot_be_printed_says_what_is_wrong(self) -> None:
        broken = replace(pdf_of(values()), template="none.typ")

        with pytest.raises(PageBroken, match="No such file"):
            typeset(broken)

    def test_values_that_nothing_can_be_made_of_say_so(self) -> None:
        with pytest.raises(PageBroken, match="ValueError"):
            pdf_of({**values(), "certificate_date_issued": "some day"})

    @pytest.mark.parametrize("year", [1, 999, 1969, 9999])
    def test_any_year_that_a_date_can_have_is_one_to_print(self, year: int) -> None:
        made = render_pdf({**values(), "certificate_date_issued": f"March 1, {year}"})

        assert f"March 1, {year}" in words_of(made)


class TestGivenACard:
    @pytest.mark.parametrize("name", ["Ada Lovelace", "Ж" * 255, "ليلى العلوي"])
    def test_it_is_a_picture_of_the_size_that_sites_want(self, name: str) -> None:
        made = render_card(values(name))

        with Image.open(BytesIO(made)) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert made == render_card(values(name))

    def test_another_name_is_another_card(self) -> None:
        assert card_of(values("Ada")).tag != card_of(values("Eda")).tag
        assert render_card(values("Ada")) != render_card(values("Eda"))


class TestGivenAText:
    @pytest.mark.parametrize(
        ("text", "rtl"), [("Ada", False), ("ليلى", True), ("... דוד Ada", True), ("1 Ada ليلى", False), ("", False)]
    )
    def test_it_runs_as_its_first_letter_does(self, text: str, *, rtl: bool) -> None:
        assert printed(text) == {"text": text, "rtl": rtl}

    def test_it_stands_on_one_line_without_control_characters(self) -> None:
        assert printed(" a\n\tb\x00c\ud800 ")["text"] == "a bc"

    def test_a_word_breaks_only_between_whole_letters(self) -> None:
        assert breakable("ab\u0301क\u094d\u200dषc").split(ZERO_WIDTH_SPACE) == ["a", "b\u0301", "क\u094d\u200dष", "c"]


class TestGivenAPicture:
    @pytest.mark.parametrize("address", ["/static/favicon.svg", "/static/favicon.svg?v=2"])
    def test_one_of_our_own_is_shown(self, address: str) -> None:
        assert find_picture(address) == (paths.STATIC / "favicon.svg").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "address",
        ["", "https://cdn.example.org/logo.png", "/static/../templates/print/seal.svg", "/static//etc/passwd.svg",
         "/static/css/base.css", "/static/none.svg", "/other/favicon.svg", "/static/\x00.svg"],
    )  # fmt: skip
    def test_any_other_is_not_looked_for(self, address: str) -> None:
        assert find_picture(address) is None

    def test_a_logo_from_elsewhere_gives_way_to_its_words(self) -> None:
        far = {"logo_src": "https://cdn.example.org/logo.png", "logo_alt": "Harbour Academy"}

        assert "Harbour Academy" in words_of(render_pdf(page({"default": far}).values))

    def test_our_own_take_the_place_of_their_words(self) -> None:
        own = {"logo_src": "/static/favicon.svg", "logo_alt": "Harbour Academy"}

        assert "Harbour Academy" not in words_of(render_pdf(page({"default": own}).values))

    def test_a_broken_one_gives_way_to_its_words(self) -> None:
        own = {"logo_src": "/static/favicon.svg", "logo_alt": "Harbour Academy"}
        broken = replace(pdf_of(page({"default": own}).values), pictures='["no drawing"]')

        assert "Harbour Academy" in words_of(typeset(broken))

    def test_an_address_too_long_for_a_code_has_none(self) -> None:
        assert code_of("https://desk.test/" + "a" * 3000) is None
