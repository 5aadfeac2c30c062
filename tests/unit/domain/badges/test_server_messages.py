"""What is read of a badge server's answers, and what is none?"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.badges.open_badges import Achievement
from webapp.domain.badges.server_messages import BadReply, find_issued, order, parse_issued, parse_slug

URL = "https://badges.test/assertions/1"
ISSUED = {"json": {"id": URL}, "image": f"{URL}/image", "issuer": "https://badges.test/issuers/us", "email": "a@x.org"}


class TestGivenAnAward:
    def test_it_is_said_where_it_is(self) -> None:
        issued = parse_issued(json.dumps(ISSUED))

        assert (issued.url, issued.image_url, issued.issuer) == (URL, ISSUED["image"], ISSUED["issuer"])
        assert issued.reply == ISSUED

    @pytest.mark.parametrize(
        "odd", [None, 7, "", "javascript:alert(1)", f"https://x.test/{'y' * 2048}", "https://x/\x00"]
    )
    def test_an_image_or_issuer_that_is_no_address_is_left_out(self, odd: object) -> None:
        issued = parse_issued(json.dumps({**ISSUED, "image": odd, "issuer": odd}))

        assert (issued.image_url, issued.issuer) == ("", "")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "null",
            "[]",
            "{}",
            '{"json": 1}',
            '{"json": {}}',
            '{"json": {"id": 1}}',
            '{"json": {"id": "/assertions/1"}}',
            "[" * 100_000,
        ],
    )
    def test_without_an_address_it_is_no_answer(self, text: str) -> None:
        with pytest.raises(BadReply):
            parse_issued(text)

    @given(st.text())
    def test_any_text_is_an_answer_or_none(self, text: str) -> None:
        with pytest.raises(BadReply):
            parse_issued(text)


class TestGivenAListOfAwards:
    @pytest.mark.parametrize(
        ("one", "found"),
        [
            ({**ISSUED, "email": "A@X.org"}, True),
            ({"json": {"id": URL}, "recipient_identifier": "a@x.org"}, True),
            ({**ISSUED, "revoked": True}, False),
            ({**ISSUED, "email": "b@x.org"}, False),
            ({**ISSUED, "email": 7}, False),
            ("a@x.org", False),
        ],
    )
    def test_an_address_is_found_whatever_its_case(self, one: object, found: bool) -> None:
        issued = find_issued(json.dumps([{}, one]), "a@x.ORG")

        assert (issued is not None and issued.url == URL) is found

    @pytest.mark.parametrize("text", ["{}", "x", '[{"email": "a@x.org"}]'])
    def test_what_is_no_list_of_awards_is_no_answer(self, text: str) -> None:
        with pytest.raises(BadReply):
            find_issued(text, "a@x.org")


class TestGivenAClassThatWasMade:
    def test_its_slug_is_read(self) -> None:
        assert parse_slug('{"slug": "a_b"}') == "a_b"

    @pytest.mark.parametrize("text", ["x", "[]", "{}", '{"slug": ""}', '{"slug": 1}'])
    def test_without_one_it_is_no_answer(self, text: str) -> None:
        with pytest.raises(BadReply, match=r"badge class is|not JSON"):
            parse_slug(text)


@pytest.mark.parametrize(("evidence", "fields"), [("", {}), ("https://x", {"evidence": "https://x"})])
def test_an_order_says_what_is_awarded_to_whom(evidence: str, fields: dict[str, str]) -> None:
    said = order(
        Achievement("slug", "Demo", "honor"),
        picture=b"",
        email="a@x.org",
        evidence=evidence,
        base_url="http://desk.test",
        earlier=["b@x.org"],
    )

    assert said.earlier == ("b@x.org",)
    assert said.class_fields == {
        "name": "Demo",
        "slug": "slug",
        "criteria": "http://desk.test/badges/classes/slug",
        "description": 'Completed the course "Demo" (honor)',
    }
    assert said.assertion_fields == {"email": "a@x.org", **fields}
