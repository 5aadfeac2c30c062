"""Is everything that cannot be a value refused at its field, with nothing left but the event of the refusal?"""

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_course
from tests.factories.pictures import a_foreign_picture, a_picture, header, in_a_file
from tests.integration.governed.desk import kept, propose, refusals
from tests.visitors import Visitor

pytestmark = pytest.mark.any_database

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BOMB = a_picture(12_000, packed=b"x\x9c" + b"\0" * 2_000)
PICTURES: dict[str, tuple[bytes, str]] = {
    "an SVG named .png": (SVG, "PNG"),
    "a JPEG named .png": (a_foreign_picture("JPEG"), "PNG"),
    "a bomb": (BOMB, "pixels a side"),
    "one that is not square": (a_picture(90, 60), "The badge image must be square."),
    "a header alone": (in_a_file(header()), "The badge image"),
    "one that is too large": (a_picture() + b"\0" * 260_000, "The badge image file size must be less than 250KB."),
    "an empty file": (b"", "The badge image"),
}


def as_json(configuration: object) -> dict[str, str]:
    text = configuration if isinstance(configuration, str) else json.dumps(configuration)
    return {"written_as": "json", "enabled": "y", "configuration": text}


DEEP: Any = {}
for _ in range(40):
    DEEP = {"x": DEEP}
MALFORMED: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "JSON that is none": (
        "html-view",
        "",
        as_json('{\n  "default": {,}\n}'),
        "Must be valid JSON string. Line 2, column",
    ),
    "a number": ("html-view", "", as_json("3"), "Must be a JSON object with at least “default”."),
    "a list": ("html-view", "", as_json([]), "Must be a JSON object"),
    "no default": ("html-view", "", as_json({"honor": {}}), "default: Is missing"),
    "a text as a layer": ("html-view", "", as_json({"default": "x"}), "default: Must be an object"),
    "a number as a text": ("html-view", "", as_json({"default": {"logo_alt": 3}}), "default.logo_alt: Must be a text."),
    "deep nesting": ("html-view", "", as_json({"default": {"x": DEEP}}), "levels deep"),
    "nesting beyond all reading": (
        "html-view",
        "",
        as_json('{"default": ' + "[" * 100_000),
        "Must be valid JSON string.",
    ),
    "too large": ("html-view", "", as_json({"default": {"x": "y" * 100_000}}), "Is larger than 64 KiB."),
    "the same name twice": ("html-view", "", as_json('{"default": {}, "default": {}}'), "stands twice"),
    "NaN": ("html-view", "", as_json('{"default": {"x": NaN}}'), "NaN is no JSON."),
    "a program as a link": (
        "html-view",
        "",
        as_json({"default": {"url": "javascript:alert(1)"}}),
        "default.url: Must be",
    ),
    "a program in anything": ("html-view", "", as_json({"default": {"x": " JaVa\tScript:x"}}), "javascript:"),
    "an unknown mode in JSON": ("html-view", "", as_json({"default": {}, "gold": {}}), "gold: Is neither a mode"),
    "a program in a field": ("html-view", "", {"layer_honor-url": "javascript:alert(1)"}, "Must be an address"),
    "a rest that was mangled": ("html-view", "", {"kept": "{"}, "was lost on the way"),
    "a rest that is no object": ("html-view", "", {"kept": "[]"}, "Must be a JSON object"),
    "the same agent twice": (
        "crawlers",
        "",
        {"known_user_agents": "Robot,Robot"},
        "Entry 2: “Robot” stands in the list twice.",
    ),
    "an agent with a control character": ("crawlers", "", {"known_user_agents": "a\x07b"}, "control character"),
    "an agent without end": ("crawlers", "", {"known_user_agents": "x" * 501}, "longer than 500"),
    "a third way to judge": ("course", DEMO_COURSE, {"use_updated": "maybe"}, "Must be true, false, or null"),
    "no image": ("badge", "honor", {}, "Choose a PNG file."),
    "an image that nobody uploaded": ("badge", "honor", {"icon": "0" * 64}, "No image with this SHA-256"),
    "an image by a path": ("badge", "honor", {"icon": "../../etc/passwd"}, "Must be the SHA-256"),
    "a default without an image": ("badge-default", "", {"mode": "honor"}, "The mode honor has no badge image."),
    "an unknown mode as default": ("badge-default", "", {"mode": "gold"}, "Must be a mode"),
}
NEW: dict[str, tuple[str, dict[str, Any], str]] = {
    "no course": ("course", {"key": ""}, "Must be a course key"),
    "a course key that is none": ("course", {"key": "Demo"}, "Must be a course key"),
    "an unknown course": (
        "course",
        {"key": "course-v1:No+Such+Run"},
        "The platform has told nothing of this course run.",
    ),
    "an unknown mode": ("badge", {"key": "gold"}, "Must be a mode"),
}
ROLES: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "an unknown account": ("new/", "", {"key": "nobody", "roles": ["viewer"]}, "There is no account named “nobody”."),
    "one's own account": ("edit/", "adam", {"roles": ["viewer"]}, "Nobody changes the roles of their own account."),
    "an unknown role": ("edit/", "vera", {"roles": ["king"]}, "Must be a role"),
    "auditor and admin": ("edit/", "vera", {"roles": ["auditor", "admin"]}, "An auditor cannot also be admin"),
    "the last approver but one": ("edit/", "amir", {"roles": []}, "there must be 2"),
}


class TestGivenAValueThatCannotBe:
    @pytest.mark.parametrize("what", MALFORMED)
    def test_it_is_refused_where_it_was_typed(self, eva: Visitor, session: Session, what: str) -> None:
        kind, key, form, said = MALFORMED[what]
        make_course(session)
        session.commit()
        before = kept(session)

        answer = propose(eva, kind, form, key=key)

        assert answer.status_code == 422
        assert said in answer.text
        assert kept(session) == before
        assert refusals(session) == [("eva", kind, key or "-")]

    @pytest.mark.parametrize("what", NEW)
    def test_a_key_that_cannot_be_is_refused_too(self, eva: Visitor, session: Session, what: str) -> None:
        kind, form, said = NEW[what]
        before = kept(session)

        answer = propose(eva, kind, {"icon": "0" * 64, **form}, door="new/")

        assert answer.status_code == 422
        assert said in answer.text
        assert kept(session) == before
        assert len(refusals(session)) == 1

    @pytest.mark.parametrize("what", ROLES)
    def test_roles_that_cannot_be_held_are_refused(self, adam: Visitor, session: Session, what: str) -> None:
        door, key, form, said = ROLES[what]
        before = kept(session)

        answer = propose(adam, "access", form, key=key, door=door)

        assert answer.status_code == 422
        assert said in answer.text
        assert kept(session) == before
        assert len(refusals(session)) == 1

    @pytest.mark.parametrize("what", PICTURES)
    def test_a_file_that_is_no_badge_is_refused(self, eva: Visitor, session: Session, what: str) -> None:
        content, said = PICTURES[what]
        before = kept(session)

        answer = propose(eva, "badge", {"picture": (BytesIO(content), "badge.png", "image/png")}, key="honor")

        assert answer.status_code == 422
        assert said in answer.text
        assert kept(session) == before
        assert refusals(session) == [("eva", "badge", "honor")]

    def test_five_megabytes_are_not_even_read(self, eva: Visitor, session: Session) -> None:
        before = kept(session)

        answer = propose(eva, "html-view", as_json({"default": {"x": "y" * 5_000_000}}))

        assert answer.status_code == 413
        assert kept(session) == before


class TestGivenABrokenLine:
    def test_the_page_shows_it(self, eva: Visitor) -> None:
        answer = propose(eva, "html-view", as_json('{\n  "default": {"logo_alt": Sea}\n}'))

        assert "Line 2, column 27" in answer.text
        assert "The line that is no JSON" in answer.text
        assert "&#34;logo_alt&#34;: Sea}</span>" in answer.text


class TestGivenTextsOfAttackers:
    def test_they_are_shown_as_texts(self, eva: Visitor) -> None:
        text = '"><script>alert(1)</script>'

        answer = propose(eva, "crawlers", {"known_user_agents": f"{text}\n{text}", "title": text, "reason": text[:9]})

        assert answer.status_code == 422
        assert "<script>alert" not in answer.text
