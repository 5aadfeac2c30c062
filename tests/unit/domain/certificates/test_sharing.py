"""How can a certificate be passed on, and what do programs read of it?"""

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from tests.factories.page_values import COURSE, DESK, UUID, page
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.page.sharing import publish

ADDRESS = f"{DESK}/certificates/{UUID}"
ALL = {"share_linkedin": True, "share_x": True, "share_facebook": True}
MARKUP = 'Bits & <b>"Bytes"</b> + 100 % ü'


def links(layer: dict[str, Any], *, title: str = "Demonstration", mode: str = "verified") -> dict[str, str]:
    """Give the links of a page by their keys."""
    published = publish(page({"default": layer}, title=title, mode=mode))
    return {link.key: link.url for link in published.values["share_links"]}


def query(url: str) -> dict[str, str]:
    """Give the fields of an address, each of which stands in it once."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True))


class TestGivenWhatIsConfigured:
    @pytest.mark.parametrize(
        ("layer", "keys"),
        [
            ({}, ["mail"]),
            ({"share_linkedin": True}, ["linkedin-profile", "linkedin", "mail"]),
            ({"share_x": True}, ["x", "mail"]),
            ({"share_facebook": True}, ["facebook", "mail"]),
            (ALL, ["linkedin-profile", "linkedin", "x", "facebook", "mail"]),
            ({**ALL, "share_x": False}, ["linkedin-profile", "linkedin", "facebook", "mail"]),
            ({"share_x": "yes"}, ["mail"]),
        ],
    )
    def test_each_network_has_its_link_and_mail_always(self, layer: dict[str, Any], keys: list[str]) -> None:
        assert list(links(layer)) == keys

    def test_an_example_and_a_preview_have_none(self) -> None:
        values = page({"default": ALL}).values

        assert (values["share_links"], values["canonical_url"], values["linked_data"]) == ((), None, None)


class TestGivenLinkedInsProfile:
    @pytest.mark.parametrize(
        ("mode", "name"),
        [
            (Mode.HONOR, "Certdesk Honor Code Certificate for Demonstration"),
            (Mode.VERIFIED, "Certdesk Verified Certificate for Demonstration"),
            (Mode.NO_ID_PROFESSIONAL, "Certdesk Professional Certificate for Demonstration"),
            ("xseries", "Certdesk Certificate for Demonstration"),
        ],
    )
    def test_it_is_filled_in_by_the_mode(self, mode: str, name: str) -> None:
        url = links({"share_linkedin": True}, mode=mode)["linkedin-profile"]

        assert url.startswith("https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=")
        assert query(url) == {
            "startTask": "CERTIFICATION_NAME",
            "name": name,
            "organizationName": "edX",
            "issueYear": "2026",
            "issueMonth": "11",
            "certUrl": ADDRESS,
            "certId": UUID,
        }

    def test_a_number_stands_in_the_place_of_the_name(self) -> None:
        found = query(links({"share_linkedin": True, "linkedin_organization_id": "1337"})["linkedin-profile"])

        assert (found["organizationId"], "organizationName" in found) == ("1337", False)


class TestGivenAnyCharacters:
    @pytest.mark.parametrize(
        ("key", "field", "text"),
        [
            ("linkedin-profile", "name", f"Certdesk Verified Certificate for {MARKUP}"),
            ("linkedin", "url", ADDRESS),
            ("x", "text", f"I completed the {MARKUP} course on Certdesk."),
            ("x", "url", ADDRESS),
            ("facebook", "u", ADDRESS),
            ("mail", "subject", f"Verified Certificate: {MARKUP}"),
            ("mail", "body", f"I completed the {MARKUP} course on Certdesk.\r\n\r\n{ADDRESS}"),
        ],
    )
    def test_they_arrive_whole(self, key: str, field: str, text: str) -> None:
        url = links(ALL, title=MARKUP)[key]

        assert parse_qs(urlsplit(url).query)[field] == [text]
        assert not set(url) & set(' <>"+')

    def test_half_a_surrogate_pair_breaks_no_link(self) -> None:
        assert query(links({}, title="A\ud800B")["mail"])["subject"] == "Verified Certificate: A?B"


class TestGivenWhatProgramsRead:
    def test_a_person_has_a_credential_about_a_course(self) -> None:
        assert publish(page()).values["linked_data"] == {
            "@context": "https://schema.org",
            "@type": "Person",
            "name": "Ada Lovelace",
            "hasCredential": {
                "@type": "EducationalOccupationalCredential",
                "name": "Verified Certificate: Demonstration",
                "description": "Verified Certificate of edX, issued on November 21, 2026.",
                "credentialCategory": "certificate",
                "recognizedBy": {"@type": "Organization", "name": "edX"},
                "dateCreated": "2026-11-21",
                "url": ADDRESS,
                "identifier": UUID,
                "about": {
                    "@type": "Course",
                    "name": "Demonstration",
                    "courseCode": "DemoX",
                    "provider": {"@type": "Organization", "name": "edX"},
                },
            },
        }


class TestGivenAPageInTheWorld:
    def test_it_names_what_else_there_is(self) -> None:
        values = publish(page(), pdf_url="/a.pdf", badge_url="/badge", card_url="https://desk.test/card.png").values

        assert [values[key] for key in ("canonical_url", "pdf_url", "badge_url", "card_url")] == [
            ADDRESS, "/a.pdf", "/badge", "https://desk.test/card.png",
        ]  # fmt: skip

    def test_a_course_alone_lets_search_engines_in(self) -> None:
        assert page({"default": {}, "courses": {COURSE: {"indexable": True}}}).values["indexable"] is True
        assert page({"default": {}, "courses": {COURSE: {"indexable": False}}}).values["indexable"] is False
