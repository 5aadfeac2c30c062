"""Whose word counts on the page of a certificate, and what is left out of it?"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.fakes import NOON
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page_context import (
    INSTALLATION,
    CertificateTexts,
    CourseTexts,
    Page,
    Signatory,
    build_page,
    site_of,
)
from webapp.domain.identifiers import CourseId

COURSE = CourseId("course-v1:edX+DemoX+2026")
UUID = "0123456789abcdef0123456789abcdef"
DESK = "https://desk.test"


def page(
    configuration: Mapping[str, Any] | None = None,
    *,
    certificate: Mapping[str, Any] | None = None,
    mode: str = "verified",
    enabled: object = True,
    title: str = "Demonstration",
    site: str = "desk",
) -> Page:
    """Build the page of Ada's certificate."""
    html_view = {"enabled": enabled, "configuration": configuration or {"default": {}}}
    texts = CertificateTexts("Ada Lovelace", mode, UUID, NOON)
    return build_page(html_view, CourseTexts(COURSE, title, certificate), texts, base_url=DESK, site=site, now=NOON)


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


class TestGivenWhatCannotBeShown:
    @pytest.mark.parametrize(
        ("layer", "flaw", "kept"),
        [
            ({"platform_name": 7}, "the configuration's default has a platform_name that is no text",
             ("platform_name", "Certdesk")),
            ({"platform_name": None}, None, ("platform_name", "Certdesk")),
            ({"logo_src": "javascript:alert(1)"}, "the configuration's default has a logo_src that is no address",
             ("logo_src", "")),
            ({"logo_src": "//evil.test/a.png"}, "the configuration's default has a logo_src that is no address",
             ("logo_src", "")),
            ({"logo_src": "https://a.test;script-src/a.png"},
             "the configuration's default has a logo_src that is no address", ("logo_src", "")),
            ({"logo_url": "javascript:alert(1)"}, "the configuration's default has a logo_url that is no address",
             ("logo_url", "")),
            ({"url": "javascript:alert(1)"}, "the configuration's default has a logo_url that is no address",
             ("logo_url", "")),
            ({"logo_url": ""}, None, ("logo_url", "")),
            ({"signatories": "Ada"}, "the configuration's default has signatories that are no list",
             ("signatories", [])),
        ],
    )  # fmt: skip
    def test_it_is_left_out_and_named(self, layer: dict[str, Any], flaw: str | None, kept: tuple[str, object]) -> None:
        found = page({"default": layer})

        assert found.flaws == ((flaw,) if flaw else ())
        assert found.values[kept[0]] == kept[1]

    @pytest.mark.parametrize("configuration", [{"default": []}, {"default": {}, "sites": 7, "courses": {COURSE: "x"}}])
    def test_parts_of_another_shape_say_nothing(self, configuration: dict[str, Any]) -> None:
        found = page(configuration)

        assert (found.values["platform_name"], found.flaws) == ("Certdesk", ())

    def test_keys_that_the_page_does_not_know_are_handed_on(self) -> None:
        found = page({"default": {"share_x": True}})

        assert (found.values["share_x"], found.flaws) == (True, ())


class TestGivenSignatories:
    @pytest.mark.parametrize(
        ("given", "shown", "flaws"),
        [
            ([], [], ()),
            ([{"name": "Imogen Hale", "title": "Lead", "organization": "edX", "id": 7}],
             [Signatory("Imogen Hale", "Lead", "edX")], ()),
            ([{"name": "Imogen Hale", "signature_image_path": "https://cdn.test/hale.png"}],
             [Signatory("Imogen Hale", signature_image_path="https://cdn.test/hale.png")], ()),
            ([{"title": "Dean", "name": None, "signature_image_path": ""}], [Signatory(title="Dean")], ()),
            ([{"name": ["Hale"]}, {"name": "Okafor"}], [Signatory("Okafor")],
             ("signatory 1 has a name that cannot be shown",)),
            ([{"name": "Hale", "signature_image_path": "hale.png"}], [Signatory("Hale")],
             ("signatory 1 has a signature_image_path that cannot be shown",)),
            ([{}], [], ("signatory 1 has neither a name nor a title",)),
            (["Hale"], [], ("signatory 1 is no object",)),
        ],
    )  # fmt: skip
    def test_they_are_shown_as_far_as_they_can_be(
        self, given: list[object], shown: list[Signatory], flaws: tuple[str, ...]
    ) -> None:
        found = page(certificate={"title": None, "signatories": given})

        assert (found.values["signatories"], found.flaws) == (shown, flaws)

    def test_the_hosts_of_all_pictures_are_named_once(self) -> None:
        hands = [{"name": str(n), "signature_image_path": f"https://CDN.test:8443/{n}.png"} for n in range(2)]

        found = page(
            {"default": {"logo_src": "http://logo.test/a.svg", "organization_logo": "/static/o.svg"}},
            certificate={"signatories": hands},
        )

        assert found.picture_origins == ("http://logo.test", "https://cdn.test:8443")


class TestGivenAHost:
    @pytest.mark.parametrize(
        ("host", "site"),
        [("Desk.example.org", "desk"), ("desk.example.org:8443", "desk"), ("localhost:8000", "localhost"), ("", "")],
    )
    def test_its_first_label_is_the_sites_key(self, host: str, site: str) -> None:
        assert site_of(host) == site
