"""Whose word counts on the page of a certificate?"""

from typing import Any

import pytest

from tests.factories.page_values import COURSE, DESK, UUID, page
from tests.fakes import NOON
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page.addresses import site_of
from webapp.domain.certificates.page_context import INSTALLATION, CertificateTexts, CourseTexts, build_page

LAYERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("default", {"default": {"accomplishment_copy_description_full": "by default"}}),
    ("mode", {"verified": {"accomplishment_copy_description_full": "by mode"}}),
    ("organization", {"organizations": {"edX": {"accomplishment_copy_description_full": "by organization"}}}),
    ("site", {"sites": {"desk": {"accomplishment_copy_description_full": "by site"}}}),
    ("course", {"courses": {COURSE: {"accomplishment_copy_description_full": "by course"}}}),
)
"""The layers of the configuration, the weakest first (decision 28)."""
OTHERS = {
    "honor": {"accomplishment_copy_description_full": "by another mode"},
    "organizations": {"edx": {"accomplishment_copy_description_full": "by another organization"}},
    "sites": {"www": {"accomplishment_copy_description_full": "by another site"}},
    "courses": {"course-v1:edX+DemoX+2027": {"accomplishment_copy_description_full": "by another course"}},
}


class TestGivenSeveralSourcesOfOneText:
    @pytest.mark.parametrize("strongest", range(len(LAYERS)), ids=[name for name, _ in LAYERS])
    def test_the_later_layer_wins(self, strongest: int) -> None:
        name, _ = LAYERS[strongest]
        configuration = {key: part for _, layer in LAYERS[: strongest + 1] for key, part in layer.items()}

        found = page({"default": {}, **configuration})

        assert found.values["accomplishment_copy_description_full"] == f"by {name}"

    def test_without_any_the_built_in_text_stands(self) -> None:
        found = page({"default": {}, **OTHERS})

        assert found.values["accomplishment_copy_description_full"] == "has completed the course"

    @pytest.mark.parametrize("enabled", [False, None, "yes"])
    def test_a_configuration_that_is_not_enabled_says_nothing(self, enabled: object) -> None:
        found = page(LAYERS[0][1], enabled=enabled)

        assert found.values["accomplishment_copy_description_full"] == "has completed the course"

    @pytest.mark.parametrize(
        ("layer", "name"),
        [
            ({}, "By the record"),
            ({"default": {"course_title": "By default"}}, "By the record"),
            ({"verified": {"course_title": "By mode"}}, "By mode"),
            ({"courses": {COURSE: {"accomplishment_copy_course_name": "By course"}}}, "By course"),
        ],
    )
    def test_the_course_record_stands_between_default_and_mode(self, layer: dict[str, Any], name: str) -> None:
        found = page({"default": {}, **layer}, certificate={"title": "By the record"})

        assert found.values["accomplishment_copy_course_name"] == name

    @pytest.mark.parametrize(
        ("layer", "name"),
        [
            ({"default": {"organization_long_name": "By default"}}, "edX"),
            ({"verified": {"organization_long_name": "By mode"}}, "edX"),
            ({"organizations": {"edX": {"organization_long_name": "By organization"}}}, "By organization"),
        ],
    )
    def test_the_course_key_names_the_organisation_unless_its_own_layer_does(
        self, layer: dict[str, Any], name: str
    ) -> None:
        found = page({"default": {}, **layer})

        assert found.values["accomplishment_copy_course_org"] == name

    @pytest.mark.parametrize(
        ("layer", "number"),
        [
            ({"organizations": {"edX": {"course_number": "by organization"}}}, "DemoX"),
            ({"sites": {"desk": {"course_number": "by site"}}}, "by site"),
            ({"courses": {COURSE: {"course_number": "by course"}}}, "by course"),
        ],
    )
    def test_the_course_run_names_itself_unless_the_site_or_its_own_layer_does(
        self, layer: dict[str, Any], number: str
    ) -> None:
        found = page({"default": {}, **layer})

        assert found.values["course_number"] == number

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("accomplishment_copy_name", "Ada Lovelace"),
            ("course_mode", "verified"),
            ("certificate_date_issued", "November 21, 2026"),
            ("certificate_id_number", UUID),
            ("certificate_verify_url", f"{DESK}/certificates/{UUID}"),
            ("checked_at_text", "November 21, 2026, 12:00 UTC"),
        ],
    )
    def test_the_certificates_own_word_is_the_last(self, key: str, value: str) -> None:
        found = page({"default": {key: "forged"}, "courses": {COURSE: {key: "forged"}}})

        assert found.values[key] == value

    def test_a_mode_that_is_named_like_a_part_is_none(self) -> None:
        found = page({"default": {}, "sites": {"platform_name": "forged"}}, mode="sites")

        assert found.values["platform_name"] == "Certdesk"


class TestGivenTheInstallationsOwnConfiguration:
    def test_the_page_is_complete(self) -> None:
        texts = CertificateTexts("Ada Lovelace", "verified", UUID, NOON)

        found = build_page(
            INSTALLATION, CourseTexts(COURSE, "Demonstration"), texts, base_url=DESK, site="desk", now=NOON
        )

        assert found.flaws == ()
        assert found.values["document_title"] == "edX DemoX Certificate | Certdesk"
        assert found.values["copyright"] == "© 2026 Certdesk. All rights reserved."
        assert found.values["accomplishment_copy_course_name"] == "Demonstration"
        assert found.values["signatories"] == []

    @pytest.mark.parametrize("mode", Mode)
    def test_every_mode_has_a_title_and_a_sentence(self, mode: Mode) -> None:
        found = page(mode=mode.value)

        assert found.values["certificate_type"].endswith(("Certificate", "for Credit"))
        assert found.values["certificate_type_description"].endswith(".")
        assert found.flaws == ()

    def test_a_mode_without_texts_is_a_flaw_and_the_page_stands(self) -> None:
        found = page(mode="xseries")

        assert found.values["certificate_type"] == "Certificate"
        assert found.flaws == ("there are no texts for the mode xseries, neither built in nor in the configuration",)

    def test_a_mode_with_texts_of_the_configuration_is_as_good(self) -> None:
        found = page({"default": {}, "xseries": {"certificate_type": "XSeries Certificate"}}, mode="xseries")

        assert (found.values["certificate_type"], found.flaws) == ("XSeries Certificate", ())


class TestGivenTheSmallestExample:
    """Decision 28: `url` is where the logo leads, `logo_alt` its text."""

    CONFIGURATION = {
        "default": {"url": "https://edx.test/", "logo_src": "/static/logo.png", "logo_alt": "edX"},
        "honor": {"logo_src": "https://cdn.test/honor.png", "logo_alt": "edX, honor"},
    }

    @pytest.mark.parametrize(
        ("mode", "logo"),
        [
            ("verified", ("https://edx.test/", "/static/logo.png", "edX")),
            ("honor", ("https://edx.test/", "https://cdn.test/honor.png", "edX, honor")),
        ],
    )
    def test_it_visibly_works(self, mode: str, logo: tuple[str, str, str]) -> None:
        found = page(self.CONFIGURATION, mode=mode)

        assert tuple(found.values[key] for key in ("logo_url", "logo_src", "logo_alt")) == logo
        assert found.flaws == ()

    @pytest.mark.parametrize(
        ("layers", "leads_to"),
        [
            ({"default": {"url": "https://a.test/", "logo_url": "https://b.test/"}}, "https://b.test/"),
            ({"default": {"logo_url": "https://b.test/"}, "verified": {"url": "https://c.test/"}}, "https://c.test/"),
        ],
    )
    def test_the_later_layer_says_where_the_logo_leads(self, layers: dict[str, Any], leads_to: str) -> None:
        found = page(layers)

        assert found.values["logo_url"] == leads_to


class TestGivenTextsThatNameOthers:
    def test_they_speak_by_the_names_that_were_merged(self) -> None:
        found = page({"default": {}, "courses": {COURSE: {"platform_name": "The {year} {Academy}"}}})

        assert found.values["logo_alt"] == "The {year} {Academy}"
        assert found.values["copyright"] == "© 2026 The {year} {Academy}. All rights reserved."

    def test_a_verifier_of_ones_own_gets_the_number(self) -> None:
        verifier = {"certificate_verify_url_prefix": "https://v.test/?id=", "certificate_verify_url_suffix": "&v=1"}

        found = page({"default": verifier})

        assert found.values["certificate_verify_url"] == f"https://v.test/?id={UUID}&v=1"


class TestGivenAHost:
    @pytest.mark.parametrize(
        ("host", "site"),
        [("Desk.example.org", "desk"), ("desk.example.org:8443", "desk"), ("localhost:8000", "localhost"), ("", "")],
    )
    def test_its_first_label_is_the_sites_key(self, host: str, site: str) -> None:
        assert site_of(host) == site
