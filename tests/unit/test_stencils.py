"""Is a page that was filled into a stencil the very page that would have been drawn?"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.page_values import COURSE, DESK, UUID
from tests.fakes import NOON
from webapp.adapters.certificate_page import render_certificate, render_published
from webapp.adapters.certificate_page.stencils import Stencils
from webapp.domain.certificates.page.sharing import publish
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, Merged, Page, complete, merge
from webapp.languages import DIRECTIONS
from webapp.web.language import voice_of

EVERYTHING = {
    "share_linkedin": True,
    "share_x": True,
    "share_facebook": True,
    "share_embed": True,
    "indexable": True,
    "organization_logo": "/logo.png",
    "signatories": [{"name": "Emmy Noether", "title": "Professor", "organization": "Göttingen"}],
}
MARKUP = "<b>\"Ada\"</b> & 'Co' {{ 7 * 7 }} %s"


def merged(layer: dict[str, Any], language: str = "en", title: str = "Demonstration") -> Merged:
    """Merge a configuration for one course run."""
    html_view = {"enabled": True, "configuration": {"default": {}, "courses": {COURSE: layer}}}
    voice = voice_of(language)
    return merge(html_view, CourseTexts(COURSE, title), "verified", site="desk", year=2026, voice=voice)


def published(of: Merged, language: str = "en", *, name: str = "Ada", uuid: str = UUID, badge: bool = True) -> Page:
    """Give the page of a certificate as the world sees it."""
    texts = CertificateTexts(name, "verified", uuid, NOON)
    page = complete(of, texts, base_url=DESK, now=NOON, voice=voice_of(language))
    badge_url = f"{DESK}/badges/{uuid}" if badge else None
    return publish(
        page,
        pdf_url="/a.pdf",
        card_url="/a.png",
        badge_url=badge_url,
        signed_badge_url=badge_url,
        voice=voice_of(language),
    )


@pytest.mark.parametrize("language", sorted(DIRECTIONS))
@pytest.mark.parametrize("layer", [{}, EVERYTHING], ids=["nothing", "everything"])
class TestGivenCertificatesThatAreAlike:
    def test_each_page_is_as_if_it_were_drawn(self, layer: dict[str, Any], language: str) -> None:
        of = merged(layer, language)
        names = ["Ada", "x" * 27, "x" * 45, "x" * 111, MARKUP, "عائشة", "", "Ada"]

        for number, name in enumerate(names):
            page = published(of, language, name=name, uuid=f"{number:032x}", badge=number % 2 == 0)

            assert render_published(page, language) == render_certificate(page.values, language)

    @given(name=st.text(max_size=255))
    def test_whatever_somebody_is_called(self, layer: dict[str, Any], language: str, name: str) -> None:
        page = published(merged(layer, language), language, name=name)

        assert render_published(page, language) == render_certificate(page.values, language)


def test_the_second_of_those_that_are_alike_is_not_drawn() -> None:
    drawn: list[Any] = []

    def draw(values: Any) -> str:  # noqa: ANN401 - values of a page
        drawn.append(values)
        return f"{values['accomplishment_copy_course_name']}: {values['accomplishment_copy_name']}"

    stencils, of = Stencils(draw), merged({}, title="Poetry")

    pages = [stencils.draw(prepared(of, name)) for name in ("Ada", "Grace", "<b>")]

    assert pages == ["Poetry: Ada", "Poetry: Grace", "Poetry: &lt;b&gt;"]
    assert len(drawn) == 1


def test_what_is_one_certificates_own_never_comes_into_a_stencil() -> None:
    seen: list[Any] = []

    def draw(values: Any) -> str:  # noqa: ANN401 - values of a page
        seen.append(values)
        return ""

    Stencils(draw).draw(prepared(merged(EVERYTHING), "Ada Lovelace"))

    assert "Ada" not in repr(seen)
    assert UUID not in repr(seen)


def test_what_is_merged_anew_is_drawn_anew() -> None:
    before, after = merged({}, title="Poetry"), merged({}, title="Prose")

    pages = [render_published(published(of)) for of in (before, after, before)]

    assert ["Poetry" in page for page in pages] == [True, False, True]
    assert pages[0] == pages[2]


def prepared(of: Merged, name: str) -> Page:
    """Give a page with what the renderer adds."""
    page = published(of, name=name)
    return replace(page, values={**page.values, "name_size": "", "own_code": "code"})
