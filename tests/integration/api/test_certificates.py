"""What do programs read of certificates, and what of a learner who has none (interface §6)?"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_noise
from tests.factories.exceptions import make_invalidation
from tests.factories.programs import Program, program_of
from tests.fakes import NOON
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role, Scope
from webapp.models.certificates import GeneratedCertificate
from webapp.services.certificates import listing
from webapp.services.exports import lists

ISSUED: dict[str, Any] = {"status": Status.DOWNLOADABLE, "verify_uuid": "a" * 32, "issued_at": NOON}


@pytest.fixture
def program(app: Flask, session: Session) -> Program:
    """A program of a viewer's, who may read certificates."""
    return program_of(app, session, make_account(session, "vera", Role.VIEWER), [Scope.CERTIFICATES_READ])


@pytest.fixture
def four(session: Session) -> dict[str, int]:
    """Four certificates of Ada's, Änne's and Bob's, and their numbers."""
    rows = {
        "ada": make_certificate(session, "ada", DEMO_COURSE, key="", at=NOON, mode="honor", **ISSUED),
        "ada.web": make_certificate(
            session, "ada", HTML, key="", at=NOON, status=Status.ERROR, error_reason="kein Schriftsatz"
        ),
        "änne": make_certificate(session, "Änne", DEMO_COURSE, key="", at=NOON, mode="verified"),
        "bob": make_certificate(
            session, "bob", DEMO_COURSE, key="", at=NOON - timedelta(days=9), status=Status.NOT_PASSING
        ),
    }
    session.commit()
    return {name: row.id for name, row in rows.items()}


class TestGivenCertificates:
    def test_one_is_told_whole(self, program: Program, four: dict[str, int]) -> None:
        said = program.get(f"certificates/{four['ada']}").get_json()

        assert said == {
            "id": four["ada"],
            "username": "ada",
            "course_id": DEMO_COURSE,
            "status": "downloadable",
            "mode": "honor",
            "grade": said["grade"],
            "name": said["name"],
            "verify_uuid": "a" * 32,
            "certificate_url": f"http://desk.test/certificates/{'a' * 32}",
            "download_url": None,
            "error_reason": "",
            "is_passing": True,
            "created_at": "2026-11-21T12:00:00Z",
            "modified_at": "2026-11-21T12:00:00Z",
            "issued_at": "2026-11-21T12:00:00Z",
        }

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["bob", "änne", "ada.web", "ada"]),
            ("username=ADA", ["ada.web", "ada"]),
            ("username=%C3%84NNE", ["änne"]),
            ("username=ad", []),
            ("email=Ada@Example.ORG", ["ada.web", "ada"]),
            ("username=ada&email=bob@example.org", []),
            (f"course_id={HTML.replace('+', '%2B')}", ["ada.web"]),
            (f"course_id={HTML}", ["ada.web"]),
            ("status=error", ["ada.web"]),
            ("status=downloadable", ["ada"]),
            ("mode=VERIFIED", ["änne"]),
            ("created_to=2026-11-13T00:00:00Z", ["bob"]),
            ("created_from=2026-11-21T12:00:00Z", ["änne", "ada.web", "ada"]),
            ("created_from=2026-11-21T12:00:01%2B00:00", []),
        ],
    )
    def test_they_are_found(self, program: Program, four: dict[str, int], query: str, names: list[str]) -> None:
        said = program.get(f"certificates?{query}").get_json()

        assert [one["id"] for one in said["results"]] == [four[name] for name in names]

    @pytest.mark.parametrize(("active", "passing"), [(True, False), (False, True)])
    def test_what_staff_declared_void_is_not_passing_wherever_it_is_told(
        self, program: Program, session: Session, four: dict[str, int], *, active: bool, passing: bool
    ) -> None:
        void, others = four["ada"], four["änne"]
        make_invalidation(session, session.get_one(GeneratedCertificate, void), active=active)
        session.commit()

        one = program.get(f"certificates/{void}").get_json()
        listed = {held["id"]: held for held in program.get("certificates").get_json()["results"]}
        explained = program.get(f"learners/ada/courses/{DEMO_COURSE}/explanation").get_json()["certificate"]
        taken = {held["id"]: held for held in map(json.loads, program.get("certificates.jsonl").text.splitlines())}
        exported = {held["id"]: held for held in lists.certificates([], "").rows(session)}
        at_terminal = {row.id: is_void for row, is_void in listing.list_certificates(session)}

        assert (one["status"], one["is_passing"], explained["is_passing"]) == ("downloadable", passing, passing)
        for told in (listed, taken, exported):
            assert (told[void]["is_passing"], told[others]["is_passing"]) == (passing, True)
        assert [number for number, is_void in at_terminal.items() if is_void] == ([void] if active else [])

    def test_pages_lead_to_each_other(self, program: Program, four: dict[str, int]) -> None:
        first = program.get("certificates?limit=3")
        second = program.get(f"certificates?limit=3&cursor={first.get_json()['next']}")

        numbers = [one["id"] for answer in (first, second) for one in answer.get_json()["results"]]
        assert numbers == sorted(four.values(), reverse=True)
        assert first.headers["Link"].endswith('rel="next"')
        assert second.get_json()["next"] is None

    @pytest.mark.parametrize("address", ["certificates", "certificates/{ada}", "certificates/{ada}/timeline"])
    def test_whoever_has_it_already_is_told_so(self, program: Program, four: dict[str, int], address: str) -> None:
        tag = program.get(address.format(**four)).headers["ETag"]

        assert program.get(address.format(**four), If_None_Match=tag).status_code == 304

    def test_a_timeline_has_its_sources(self, program: Program, session: Session) -> None:
        make_noise(session)
        number = make_certificate(session, "ada", DEMO_COURSE, key="").id
        session.commit()

        said = program.get(f"certificates/{number}/timeline").get_json()

        assert all(one["source"] in ("transition", "answer", "audit", "milestone") for one in said["results"])

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("address", "status", "code"),
        [
            ("certificates/999999", 404, "not_found"),
            (f"certificates/{2**31}", 404, "not_found"),
            (f"certificates/{2**70}/timeline", 404, "not_found"),
            ("certificates/0", 404, "not_found"),
            ("certificates/ada", 404, "not_found"),
            ("certificates?status=Downloadable", 400, "bad_filter"),
            ("certificates?course_id=x", 400, "bad_filter"),
            ("certificates?created_from=yesterday", 400, "bad_filter"),
            ("certificates?created_from=2026-11-21T12:00:00", 400, "bad_filter"),
            ("certificates?limit=0", 400, "bad_filter"),
            ("certificates?limit=101", 400, "bad_filter"),
            ("certificates?name=ada", 400, "bad_filter"),
            ("certificates?username=%00", 400, "bad_filter"),
            ("certificates?cursor=x", 400, "bad_cursor"),
        ],
    )
    def test_what_cannot_be_had_is_a_problem(self, program: Program, address: str, status: int, code: str) -> None:
        answer = program.get(address)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)

    def test_a_cursor_of_other_filters_is_none(self, program: Program, four: dict[str, int]) -> None:
        cursor = program.get("certificates?limit=1").get_json()["next"]

        answer = program.get(f"certificates?limit=1&username=ada&cursor={cursor}")

        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_cursor")

    @pytest.mark.parametrize("limit", [1, 2])
    @pytest.mark.parametrize("fraction", [0, 250_000])
    def test_a_list_by_moments_goes_by_them_page_by_page(
        self, program: Program, session: Session, limit: int, fraction: int
    ) -> None:
        moments = {"a": 3, "b": 1, "c": 1, "d": 2, "e": 0}
        for name, hours in moments.items():
            at = NOON + timedelta(hours=hours, microseconds=fraction)
            make_certificate(session, name, DEMO_COURSE, key="", at=at)
        session.commit()

        first = f"certificates?limit={limit}&created_from=2026-01-01T00:00:00Z"
        path: str | None = first
        seen: list[str] = []
        while path and len(seen) < 10:
            page = program.get(path).get_json()
            seen += [one["username"] for one in page["results"]]
            path = page["next"] and f"{first}&cursor={page['next']}"

        assert seen == ["a", "d", "c", "b", "e"]


class TestGivenALearner:
    def test_the_explanation_has_every_check(self, program: Program, session: Session) -> None:
        make_run(session, HTML)
        make_candidate(session, course_id=HTML)
        session.commit()

        said = program.get(f"learners/ada/courses/{HTML}/explanation").get_json()

        assert (said["decision"]["earned"], said["decision"]["refused_by"], said["certificate"]) == (True, None, None)
        assert {check["passed"] for check in said["checks"]} == {True}

    @pytest.mark.any_database
    @pytest.mark.parametrize("name", ["ada/web", "ada/courses/web", "ada%2Fweb", "ada+web", "Ä da"])
    @pytest.mark.parametrize("course_id", [HTML, "edX/courses/2026"])
    def test_a_name_may_hold_anything_that_an_address_can(
        self, program: Program, session: Session, name: str, course_id: str
    ) -> None:
        make_run(session, course_id)
        make_candidate(session, name, course_id=course_id)
        session.commit()

        answer = program.get(f"learners/{quote(name, safe='')}/courses/{quote(course_id, safe='')}/explanation")

        assert (answer.status_code, answer.get_json()["decision"]["earned"]) == (200, True)

    @pytest.mark.any_database
    @pytest.mark.parametrize("name", ["/ada", "//ada", ".", "..", "../ada", "ada/", "a+b", "Ä/ da"])
    def test_one_that_no_path_can_hold_stands_in_the_query(self, program: Program, session: Session, name: str) -> None:
        make_run(session, HTML)
        make_candidate(session, "ada", course_id=HTML, passed=False)
        make_candidate(session, name, course_id=HTML, email="other@example.org")
        session.commit()

        whose = urlencode({"username": name, "course_id": HTML})
        answer = program.get(f"learners/explanation?{whose}")
        of_path = program.get(f"learners/{quote(name, safe='')}/courses/{quote(HTML, safe='')}/explanation")

        assert (answer.status_code, answer.get_json()["decision"]["earned"]) == (200, True)
        assert of_path.status_code == 404 or of_path.get_json()["decision"]["earned"]  # nobody else's in any case

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ("", 400, "bad_filter"),
            ("username=ada", 400, "bad_filter"),
            (f"course_id={HTML}", 400, "bad_filter"),
            ("username=ada&course_id=", 400, "bad_filter"),
            ("username=ada&course_id=x", 400, "bad_filter"),
            (f"username=&course_id={HTML}", 404, "unknown_learner"),
            (f"username=nobody&course_id={HTML}", 404, "unknown_learner"),
        ],
    )
    def test_a_query_that_names_nobody_or_nothing_says_so(
        self, program: Program, session: Session, query: str, status: int, code: str
    ) -> None:
        make_certificate(session, "ada", HTML, key="")
        session.commit()

        answer = program.get(f"learners/explanation?{query}")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code)

    def test_a_refusal_says_which_and_what_to_do(self, program: Program, session: Session) -> None:
        make_run(session, HTML)
        make_candidate(session, course_id=HTML, passed=False)
        session.commit()

        said = program.get(f"learners/ada/courses/{HTML.replace('+', '%2B')}/explanation").get_json()

        refused = [check for check in said["checks"] if not check["passed"]]
        assert said["decision"]["refused_by"] == refused[0]["code"]
        assert refused[0]["advice"]

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("username", "course_id", "code"),
        [("nobody", HTML, "unknown_learner"), ("ada", "no-course", "unknown_course")],
    )
    def test_nobody_and_nothing_are_problems(
        self, program: Program, session: Session, username: str, course_id: str, code: str
    ) -> None:
        make_certificate(session, "ada", DEMO_COURSE, key="")
        session.commit()

        answer = program.get(f"learners/{username}/courses/{course_id}/explanation")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (404, code)
