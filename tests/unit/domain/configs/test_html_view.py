"""Which configurations of the certificate pages are taken, and what is said of the others?"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from tests.unit.domain.configs.payloads import ANY_JSON, COURSE, problems_of, read, reasons_of
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page_context import CertificateTexts, CourseTexts, build_page
from webapp.domain.configs.html_view import check, parse
from webapp.domain.configs.proposals import Problem, Proposal, Surroundings
from webapp.domain.identifiers import CourseId
from webapp.wording import phrase

ADDRESS = "Must be an address that begins with http:// or https://, or a path of this site that begins with a single /."
PICTURE = (
    "Must be the address of a picture: http:// or https:// with a host and a path, or a path of this site that begins "
    "with a single /."
)
WITH_HOST = "Must be an address that begins with http:// or https://."
PROGRAM = "Must not begin with javascript:, vbscript: or data:, which browsers run as a program."
LINKEDIN = "Must be the number of the organization’s page at LinkedIn, as a text of digits; empty for none."
LAYER = "Must be an object that gives texts to the certificate page."
FULL = {
    "default": {
        "platform_name": "edX",
        "logo_src": "https://a.test/l.png",
        "url": "https://a.test",
        "own_key": [1, {"a": None}],
    },
    "honor": {"logo_alt": "Logo", "signatories": [{"name": "Ada", "signature_image_path": "/ada.png", "id": 3}]},
    "no-id-professional": {},
    "organizations": {"edX": {"organization_logo": "/o.png"}, "Old-Org.1": {}},
    "sites": {"www": {"company_tos_url": "/tos", "share_linkedin": True, "linkedin_organization_id": "1337"}},
    "courses": {COURSE: {"copyright": "©", "indexable": True, "linkedin_organization_id": ""}, "edX/DemoX/2026": {}},
}


def of_text(text: str) -> list[tuple[str, str]]:
    return problems_of(parse, {"enabled": True, "configuration": text})


def of_configuration(configuration: object) -> list[tuple[str, str]]:
    """Give the problems, their fields without the first word, which is the same for all."""
    found = problems_of(parse, {"enabled": True, "configuration": configuration})
    return [(field.removeprefix("configuration").removeprefix("."), reason) for field, reason in found]


def of_default(layer: object) -> list[tuple[str, str]]:
    return [(field.removeprefix("default."), reason) for field, reason in of_configuration({"default": layer})]


class TestGivenASoundConfiguration:
    @pytest.mark.parametrize("configuration", [{"default": {}}, FULL])
    def test_it_is_taken_as_an_object_and_as_its_text(self, configuration: Mapping[str, Any]) -> None:
        payload = {"enabled": False, "configuration": configuration}

        assert parse(payload) == payload
        assert parse({**payload, "configuration": json.dumps(configuration, indent=4)}) == payload

    def test_a_text_may_be_indented_beyond_the_limit_of_what_it_says(self) -> None:
        configuration = {"default": {f"key{number}": "x" * 40 for number in range(1200)}}

        text = json.dumps(configuration, indent=20)

        assert len(text) > 64 * 1024
        assert parse({"enabled": True, "configuration": text})["configuration"] == configuration


class TestGivenAText:
    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("", "Line 1, column 1: Expecting value."),
            ('{"default": {},\n  "honor": }', "Line 2, column 12: Expecting value."),
            ("{'default': {}}", "Line 1, column 2: Expecting property name enclosed in double quotes."),
            ('{"default": {}} x', "Line 1, column 17: Extra data."),
            ('{"default": {}, "default": {"a": "b"}}', "The name “default” stands twice in one object."),
            ('{"default": NaN}', "NaN is no JSON."),
            ('{"default": -Infinity}', "-Infinity is no JSON."),
            ("[" * 100_000, "It is nested too deep."),
        ],
    )
    def test_one_that_is_no_json_is_answered_with_the_old_words_and_the_place(self, text: str, where: str) -> None:
        assert of_text(text) == [("configuration", f"Must be valid JSON string. {where}")]

    def test_the_other_fields_are_read_all_the_same(self) -> None:
        found = problems_of(parse, {"enabled": "yes", "configuration": "{", "more": 1})

        assert [field for field, _ in found] == ["configuration", "enabled", "more"]

    @pytest.mark.parametrize("text", ["3", "[]", "null", '"{}"', "true"])
    def test_one_that_says_no_object_is_refused(self, text: str) -> None:
        assert of_text(text) == [("configuration", "Must be a JSON object with at least “default”.")]

    @pytest.mark.parametrize(
        ("text", "field", "reason"),
        [
            ('{"default": {"a": ' + "9" * 5000 + "}}", "configuration.default.a", "Is a number that is too large."),
            ('{"default": {"a": 1e999}}', "configuration.default.a", "Is a number that is too large."),
            ('{"default": {"a": "\\u0000"}}', "configuration.default.a",
             "Holds a NUL or half a surrogate pair, which no database keeps."),
            ('{"default": {"a": "' + "x" * 65_536 + '"}}', "", "Is larger than 64 KiB."),
            (" " * 262_145, "configuration", "Is larger than 64 KiB."),
        ],
    )  # fmt: skip
    def test_what_it_says_has_the_limits_of_any_payload(self, text: str, field: str, reason: str) -> None:
        assert of_text(text) == [(field, reason)]


class TestGivenAConfigurationOfAnotherShape:
    @pytest.mark.parametrize("configuration", [3, [], None, True, [["default", {}]]])
    def test_it_has_to_be_an_object(self, configuration: object) -> None:
        assert of_configuration(configuration) == [("", "Must be a JSON object with at least “default”.")]

    def test_it_has_to_have_a_default(self) -> None:
        assert of_configuration({"honor": {}}) == [("default", "Is missing; it may be an empty object.")]

    @pytest.mark.parametrize("name", ["xseries", "Honor", "microsites", "", "no_id_professional"])
    def test_a_mode_that_nobody_knows_is_refused_and_the_known_ones_told(self, name: str) -> None:
        [(_, reason)] = of_configuration({"default": {}, name: {}})

        assert reason.startswith("Is neither a mode nor a part that we know; there are default, organizations, sites, ")
        assert reason.endswith(" and paid-bootcamp.")

    @pytest.mark.parametrize("layer", [None, 3, "text", [], [{}]])
    def test_each_layer_has_to_be_an_object(self, layer: object) -> None:
        found = of_configuration(
            {"default": layer, "audit": layer, "sites": {"www": layer}, "courses": {COURSE: layer}}
        )

        assert found == [(place, LAYER) for place in ("default", "audit", "sites.www", f"courses.{COURSE}")]

    @pytest.mark.parametrize("section", ["organizations", "sites", "courses"])
    def test_each_section_has_to_be_an_object(self, section: str) -> None:
        assert of_configuration({"default": {}, section: []}) == [(section, "Must be an object of objects.")]

    @pytest.mark.parametrize(
        ("section", "name", "reason"),
        [
            ("organizations", "", "Must be an organization as course keys name it."),
            ("organizations", "ed X/", "Must be an organization as course keys name it."),
            ("sites", "", "Must be the first label of a site's host in lower case, such as www."),
            ("sites", "www.edx.org", "Must be the first label of a site's host in lower case, such as www."),
            ("sites", "WWW", "Must be the first label of a site's host in lower case, such as www."),
            ("courses", "DemoX", "Must be a course key such as course-v1:Org+Course+Run."),
            ("courses", f"{COURSE}\n", "Must be a course key such as course-v1:Org+Course+Run."),
        ],
    )
    def test_a_name_that_no_certificate_is_found_by_is_refused(self, section: str, name: str, reason: str) -> None:
        assert of_configuration({"default": {}, section: {name: {}}}) == [(f"{section}.{name}", reason)]


class TestGivenALayer:
    @pytest.mark.parametrize(
        ("key", "value", "reason"),
        [
            ("logo_alt", 3, "Must be a text."),
            ("copyright", None, "Must be a text."),
            ("platform_name", ["edX"], "Must be a text."),
            ("logo_src", {}, "Must be a text."),
            ("url", False, "Must be a text."),
            ("logo_src", "javascript:alert(1)", PICTURE),
            ("logo_src", "//evil.test/a.png", PICTURE),
            ("logo_src", "data:image/png;base64,AA==", PICTURE),
            ("organization_logo", "logo.png", PICTURE),
            ("logo_src", "/\\evil.test/a.png", PICTURE),
            ("logo_src", "/\t/evil.test/a.png", PICTURE),
            ("url", "JavaScript:alert(1)", ADDRESS),
            ("logo_url", "//evil.test", ADDRESS),
            ("company_about_url", "data:text/html,x", ADDRESS),
            ("company_tos_url", "ftp://a.test/", ADDRESS),
            ("company_privacy_url", "www.a.test", ADDRESS),
            ("certificate_verify_url_prefix", "/verify/", WITH_HOST),
            ("copyright", "javascript:alert(1)", PROGRAM),
            ("my_link", " java\tscript:alert(1)", PROGRAM),
            ("my_link", "\x01VBScript:x", PROGRAM),
            ("my_link", "Data:text/html,<script>", PROGRAM),
            ("share_x", "true", "Must be true or false."),
            ("share_linkedin", None, "Must be true or false."),
            ("indexable", 1, "Must be true or false."),
            (
                "indexable",
                True,
                "Stands under a course alone: names are personal data, and each course answers for its own.",
            ),
            ("linkedin_organization_id", 1337, LINKEDIN),
            ("linkedin_organization_id", "13x", LINKEDIN),
            ("signatories", {}, "Must be a list of objects, one for each who signs."),
            ("signatories", "Ada", "Must be a list of objects, one for each who signs."),
        ],
    )
    def test_a_value_that_cannot_be_shown_is_refused(self, key: str, value: object, reason: str) -> None:
        assert of_default({key: value}) == [(key, reason)]

    @pytest.mark.parametrize("value", ["", "/", "/about", "https://a.test", "http://a.test:8000/x?y#z"])
    def test_a_link_leads_to_the_web_or_to_our_own_host(self, value: str) -> None:
        configuration = {"default": {"url": value, "company_tos_url": value}}

        assert parse({"enabled": True, "configuration": configuration})["configuration"] == configuration

    def test_scripts_are_found_however_deep(self) -> None:
        layer = {"mine": [{"a": ["fine", "javascript:x"]}, {"b": "data:,"}]}

        assert of_default(layer) == [("mine[0].a[1]", PROGRAM), ("mine[1].b", PROGRAM)]

    def test_all_that_is_wrong_is_named(self) -> None:
        found = of_configuration(
            {"default": {"logo_src": "//a", "copyright": 3}, "xseries": {}, "courses": {"x": {"url": "y"}}}
        )

        assert [field for field, _ in found] == [
            "default.logo_src", "default.copyright", "xseries", "courses.x", "courses.x.url"
        ]  # fmt: skip


class TestGivenSignatories:
    @pytest.mark.parametrize(
        ("signatory", "field", "reason"),
        [
            ("Ada", "", "Must be an object."),
            ({}, "", "Must have a name, a title or an organization."),
            ({"name": "", "signature_image_path": "/a.png"}, "", "Must have a name, a title or an organization."),
            ({"name": 3}, ".name", "Must be a text."),
            ({"name": "Ada", "title": None}, ".title", "Must be a text."),
            ({"name": "Ada", "signature_image_path": "//a"}, ".signature_image_path", PICTURE),
            ({"name": "Ada", "link": "javascript:x"}, ".link", PROGRAM),
            ({"name": "javascript:x"}, ".name", PROGRAM),
        ],
    )
    def test_one_that_cannot_be_shown_is_refused(self, signatory: object, field: str, reason: str) -> None:
        assert of_default({"signatories": [{"title": "Dean"}, signatory]}) == [(f"signatories[1]{field}", reason)]


class TestGivenAProposal:
    def test_what_rendering_found_is_refused(self) -> None:
        flaw = Problem("configuration.honor", phrase("The page of the mode honor cannot be rendered."))

        found = check(Proposal("-", {"enabled": True, "configuration": FULL}, {}, Surroundings(flaws=(flaw,))))

        assert reasons_of(found) == [(flaw.field, flaw.reason)]


KEYS = st.sampled_from(
    ["logo_src", "logo_alt", "url", "logo_url", "certificate_verify_url_prefix", "signatories", "odd"]
)
SIGNATORIES = st.lists(
    st.dictionaries(st.sampled_from(["name", "title", "signature_image_path"]), ANY_JSON), max_size=2
)
VALUES = st.one_of(ANY_JSON, SIGNATORIES, st.sampled_from(["/a", "/", "https://a.test/b", "//a"]))
LAYERS = st.dictionaries(KEYS, VALUES, max_size=3)
CONFIGURATIONS = st.builds(
    lambda single, sites, courses: {"default": {}, **single, "sites": sites, "courses": courses},
    st.dictionaries(st.sampled_from(["default", *Mode]), LAYERS, max_size=3),
    st.dictionaries(st.sampled_from(["www", "desk"]), LAYERS, max_size=1),
    st.dictionaries(st.sampled_from([COURSE, "edX/D/2"]), LAYERS, max_size=1),
)


class TestGivenAnyConfigurationThatIsTaken:
    @given(configuration=CONFIGURATIONS, mode=st.sampled_from(Mode))
    def test_the_page_has_nothing_to_leave_out(self, configuration: dict[str, Any], mode: Mode) -> None:
        found, problems = read(parse, {"enabled": True, "configuration": configuration})
        if problems:
            return

        texts = CertificateTexts("Ada", mode, "0" * 32, NOON)
        course = CourseTexts(CourseId(COURSE), "Demonstration")
        page = build_page(found, course, texts, base_url="https://desk.test", site="www", now=NOON)

        assert page.flaws == ()
        assert parse(json.loads(json.dumps(found))) == found
