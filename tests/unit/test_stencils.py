"""Is a page that was filled into a stencil the very page that would have been drawn?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.page_values import COURSE, DESK, UUID
from tests.fakes import NOON
from webapp.adapters.certificate_page import render_certificate, render_published
from webapp.adapters.certificate_page.stencils import MOST, Stencils
from webapp.domain.certificates.page.sharing import publish
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, Signatory, build_page
from webapp.languages import DIRECTIONS
from webapp.web.language import voice_of

MARKUP = "<b>\"Ada\"</b> & 'Co' {{ 7 * 7 }} %s %(who)s"
EMMY = {"name": "Emmy Noether", "title": "Professor", "organization": "Göttingen"}
LAYERS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "everything": {
        "share_linkedin": True,
        "share_x": True,
        "share_facebook": True,
        "share_embed": True,
        "indexable": True,
        "platform_name": "Academy",
        "logo_src": "/logo.png",
        "logo_url": "https://academy.test/",
        "organization_logo": "/of-the-organization.png",
        "company_about_url": "https://academy.test/about",
        "company_tos_url": "https://academy.test/terms",
        "company_privacy_url": "https://academy.test/privacy",
        "signatories": [EMMY, {"name": "Ada", "signature_image_path": "/ada.png"}, {"organization": "Göttingen"}],
        "of_the_installations_own": {"left": "out"},
    },
    "markup": {"platform_name": MARKUP, "certificate_type": MARKUP, "signatories": [{"name": MARKUP}]},
    "empty texts": {"certificate_type_description": "", "accomplishment_banner_opening": "", "copyright": ""},
    "a long name of the course": {"accomplishment_copy_course_name": "x" * 61},
    "an endless name of the course": {"accomplishment_copy_course_name": "x" * 121},
    **{f"{number} signatories": {"signatories": [EMMY] * number} for number in (3, 4, 5, 8, 9, 13)},
}


def values_of(
    layer: dict[str, Any], language: str = "en", *, name: str = "Ada", uuid: str = UUID, badge: bool = True
) -> dict[str, Any]:
    """Give the values of a certificate's page as the world sees it."""
    html_view = {"enabled": True, "configuration": {"default": {}, "courses": {COURSE: layer}}}
    texts, voice = CertificateTexts(name, "verified", uuid, NOON), voice_of(language)
    course = CourseTexts(COURSE, "Demonstration")
    page = build_page(html_view, course, texts, base_url=DESK, site="desk", now=NOON, voice=voice)
    badge_url = f"{DESK}/badges/{uuid}" if badge else None
    return {
        **publish(
            page, pdf_url="/a.pdf", card_url="/a.png", badge_url=badge_url, signed_badge_url=badge_url, voice=voice
        ).values
    }


@pytest.mark.parametrize("language", sorted(DIRECTIONS))
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_each_page_is_as_if_it_were_drawn(layer: dict[str, Any], language: str) -> None:
    names = ["Ada", "x" * 27, "x" * 45, "x" * 111, MARKUP, "عائشة", "", "Ada"]

    for number, name in enumerate(names):
        values = values_of(layer, language, name=name, uuid=f"{number:032x}", badge=number % 2 == 0)

        assert render_published(values, language) == render_certificate(values, language)


@given(name=st.text(max_size=255), language=st.sampled_from(sorted(DIRECTIONS)), layer=st.sampled_from(sorted(LAYERS)))
def test_it_is_so_whatever_somebody_is_called(name: str, language: str, layer: str) -> None:
    values = values_of(LAYERS[layer], language, name=name)

    assert render_published(values, language) == render_certificate(values, language)


class Drawer:
    """Draws a page of one line, and remembers of what."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def __call__(self, values: Any) -> str:  # noqa: ANN401 - values of a page
        self.seen.append(values)
        return f"{values['course_title']}: {values['accomplishment_copy_name']}"


def few(course: str, name: str, **other: object) -> dict[str, Any]:
    """Give the values of a page that has few."""
    asked = {"course_size": "", "indexable": False, "name_size": "", "on_platform": False, "preview": False}
    texts = {"course_title": course, "accomplishment_copy_name": name}
    return {**asked, **texts, "signatories": [], "share_links": (), **other}


def test_of_those_that_are_alike_one_is_drawn_whatever_their_texts_say() -> None:
    drawer = Drawer()
    stencils = Stencils(drawer)

    pages = [stencils.draw(few(*texts)) for texts in (("Poetry", "Ada"), ("Prose", "Grace"), ("Poetry", "<b>"))]

    assert pages == ["Poetry: Ada", "Prose: Grace", "Poetry: &lt;b&gt;"]
    assert len(drawer.seen) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"name_size": "long"},
        {"badge_url": "/badge"},
        {"accomplishment_copy_name": ""},
        {"signatories": [Signatory("Emmy")]},
    ],
)
def test_what_is_not_alike_is_drawn_by_itself(other: dict[str, Any]) -> None:
    drawer = Drawer()
    stencils = Stencils(drawer)

    stencils.draw(few("Poetry", "Ada"))
    stencils.draw({**few("Poetry", "Ada"), **other})

    assert len(drawer.seen) == 2


def test_no_text_of_a_certificate_comes_into_a_stencil() -> None:
    drawer = Drawer()

    Stencils(drawer).draw({**values_of(LAYERS["everything"], name="Grace Hopper"), **few("Poetry", "Grace Hopper")})

    told = repr(drawer.seen)
    assert [text for text in ("Grace", UUID, "Poetry", "Emmy", "Göttingen", str(NOON.year)) if text in told] == []


def test_what_is_kept_has_a_bound() -> None:
    drawer = Drawer()
    stencils = Stencils(drawer)

    pages = [stencils.draw(few("Poetry", "Ada", **{f"text-{number}": "x"})) for number in range(MOST + 2)]

    assert set(pages) == {"Poetry: Ada"}
    assert len(stencils) <= MOST
