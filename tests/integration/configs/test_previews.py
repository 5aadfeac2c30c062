"""Does a preview show the page that a learner would get?"""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_run
from tests.integration.configs.views import BROKEN_LOGO, HERE, a_view, broken
from tests.integration.public.pages import ISSUED, PAGE, UUID, make_issued, words_of
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page_context import INSTALLATION
from webapp.errors import UnknownCourse
from webapp.services.configs.previews import SAMPLES, Preview, Sample, preview_certificate, previewed_modes

ORDINARY = SAMPLES[0]


class TestGivenACourseRun:
    def test_the_preview_is_the_public_page_without_the_ways_to_share_it(
        self, session: Session, client: FlaskClient
    ) -> None:
        make_run(session, display_name="Web Weaving", certificate={"signatories": [{"name": "Hale"}]})
        make_issued(session)
        session.commit()
        public = re.sub(r'<ul class="acts".*?</ul>', "", client.get(PAGE).text, flags=re.DOTALL)
        ada = replace(ORDINARY, name="Ada Lovelace", verify_uuid=UUID, shown_on=ISSUED)

        shown = preview_certificate(
            session, INSTALLATION, course_id=HTML, mode="verified", sample=ada, render=render_certificate, **HERE
        )

        assert shown.html is not None
        assert [part for part in ("<script", "canonical", 'class="acts"') if part in shown.html] == []
        assert words_of(shown.html).partition("Checked at")[0] == words_of(public).partition("Checked at")[0]
        assert "Web Weaving" in shown.html
        assert "Hale" in shown.html

    @pytest.mark.parametrize("course_id", ["course-v1:edX+Nowhere+2026", "no key", "\0", ""])
    def test_one_that_is_not_there_is_said_to_be_unknown(self, session: Session, course_id: str) -> None:
        with pytest.raises(UnknownCourse):
            preview_certificate(
                session, a_view(), course_id=course_id, mode="honor", sample=ORDINARY, render=render_certificate, **HERE
            )


@pytest.mark.any_database
class TestGivenNoCourseRun:
    @pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.what)
    def test_every_sample_can_be_seen_in_every_mode(self, session: Session, sample: Sample) -> None:
        wanted = (sample.name, "A Sample Course", "September 30, 2026")

        for mode in (*Mode, "xseries"):
            shown = preview_certificate(
                session, a_view(), course_id=None, mode=mode, sample=sample, render=render_certificate, **HERE
            )

            words = words_of(shown.html or "")
            assert [text for text in wanted if text not in words] == []

    def test_the_layer_of_the_mode_is_merged_and_its_pictures_hosts_are_named(self, session: Session) -> None:
        view = a_view({"logo_alt": "The Desk"}, honor={"logo_src": "https://pictures.example/logo.png"})

        def shown(mode: str) -> Preview:
            return preview_certificate(
                session, view, course_id=None, mode=mode, sample=ORDINARY, render=render_certificate, **HERE
            )

        assert 'src="https://pictures.example/logo.png" alt="The Desk"' in (shown("honor").html or "")
        assert shown("honor").picture_origins == ("https://pictures.example",)
        assert shown("verified").picture_origins == ()

    def test_the_layer_of_a_site_is_merged_where_it_is_asked_for(self, session: Session) -> None:
        view = a_view(sites={"desk": {"platform_name": "Our Desk"}, "other": {"platform_name": "Another Desk"}})

        def words(site: str | None) -> str:
            shown = preview_certificate(
                session,
                view,
                course_id=None,
                mode="honor",
                sample=ORDINARY,
                site=site,
                render=render_certificate,
                **HERE,
            )
            return words_of(shown.html or "")

        assert "Our Desk" in words(None)
        assert "Another Desk" in words("other")

    def test_a_configuration_that_is_switched_off_shows_the_built_in_texts(self, session: Session) -> None:
        view = a_view({"platform_name": "Our Desk"}, enabled=False)

        shown = preview_certificate(
            session, view, course_id=None, mode="honor", sample=ORDINARY, render=render_certificate, **HERE
        )

        assert "Our Desk" not in (shown.html or "")

    def test_what_is_left_out_is_named(self, session: Session) -> None:
        shown = preview_certificate(
            session,
            a_view(BROKEN_LOGO),
            course_id=None,
            mode="honor",
            sample=ORDINARY,
            render=render_certificate,
            **HERE,
        )

        assert shown.html is not None
        assert shown.flaws == ("the configuration's default has a logo_src that is no address",)

    def test_a_page_that_cannot_be_rendered_says_why(self, session: Session) -> None:
        shown = preview_certificate(
            session, a_view(BROKEN_LOGO), course_id=None, mode="honor", sample=ORDINARY, render=broken, **HERE
        )

        assert shown == Preview(
            None,
            (),
            ("the configuration's default has a logo_src that is no address", "UndefinedError: 'motto' is undefined"),
        )


class TestGivenAConfiguration:
    def test_the_modes_to_look_at_are_ours_and_those_that_it_names(self) -> None:
        view = a_view(honor={}, xseries={}, organizations={"edX": {}}, sites={}, courses={})

        assert previewed_modes(view) == (*(mode.value for mode in Mode), "xseries")

    def test_one_of_any_shape_has_our_modes(self) -> None:
        assert previewed_modes({}) == tuple(mode.value for mode in Mode)
