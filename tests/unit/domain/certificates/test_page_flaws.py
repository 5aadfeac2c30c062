"""What is left out of the page of a certificate because it cannot be shown, and is that said?"""

from typing import Any

import pytest

from tests.factories.page_values import COURSE, DESK, UUID, page
from webapp.domain.certificates.page.addresses import is_address
from webapp.domain.certificates.page_context import Signatory


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
            ({"logo_url": "/about"}, None, ("logo_url", "/about")),
            ({"company_tos_url": "//evil.test/"}, "the configuration's default has a company_tos_url that is no address",
             ("company_tos_url", "")),
            ({"certificate_verify_url_prefix": "/verify/"},
             "the configuration's default has a certificate_verify_url_prefix that is no address",
             ("certificate_verify_url", f"{DESK}/certificates/{UUID}")),
            ({"signatories": "Ada"}, "the configuration's default has signatories that are no list",
             ("signatories", [])),
            ({"share_x": "yes"}, "the configuration's default has a setting share_x that cannot count", ("share_x", False)),
            ({"indexable": True}, "the configuration's default has a setting indexable that cannot count",
             ("indexable", False)),
            ({"linkedin_organization_id": 7},
             "the configuration's default has a setting linkedin_organization_id that cannot count",
             ("linkedin_organization_id", "")),
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

    @pytest.mark.parametrize("key", ["own_key", "icon", "gettext", "page_language", "values"])
    def test_keys_that_the_page_does_not_know_stay_out_whatever_they_are_called(self, key: str) -> None:
        found = page({"default": {key: "x"}})

        assert (key in found.values, found.flaws) == (False, ())

    def test_nobody_configures_which_course_it_was(self) -> None:
        usual, found = page({}), page({"default": {"course_id": "another"}})

        assert found.values["check_code"] == usual.values["check_code"]

    def test_what_only_the_world_sees_cannot_be_configured(self) -> None:
        found = page({"default": {"canonical_url": "https://evil.test/", "pdf_url": "https://evil.test/a.pdf"}})

        assert (found.values["canonical_url"], found.values["pdf_url"]) == (None, None)


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
            ([{}], [], ("signatory 1 has no name, no title and no organization",)),
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


class TestGivenAnAddress:
    @pytest.mark.parametrize(
        ("key", "value", "good"),
        [
            ("logo_alt", "javascript:alert(1)", True),
            ("logo_src", "", True),
            ("logo_src", 3, False),
            ("logo_src", "/static/logo.png", True),
            ("logo_src", "/", False),
            ("organization_logo", "https://a.test", False),
            ("organization_logo", "https://a.test/logo.png", True),
            ("url", "/", True),
            ("url", "/about?from=certificate", True),
            ("url", "about", False),
            ("logo_url", "https://a.test", True),
            ("logo_url", "//a.test/", False),
            ("logo_url", "/\\a.test/", False),
            ("company_tos_url", "data:text/html,", False),
            ("certificate_verify_url_prefix", "/verify/", False),
            ("certificate_verify_url_prefix", "https://a.test/verify/", True),
        ],
    )
    def test_its_key_says_whether_it_will_do(self, key: str, value: object, *, good: bool) -> None:
        assert is_address(key, value) is good
