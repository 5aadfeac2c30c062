"""Does the page see who holds what in its course run (B1)?"""

import pytest
from flask import Flask

from tests.factories.candidates import HTML, PDF, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.platform_clients import FrontEnd
from tests.integration.generation.desk import Desk
from tests.integration.platform.instructor.pages import BASE, ok, refused
from webapp.domain.certificates.statuses import Status


class TestGivenTheListOfCertificates:
    @pytest.fixture(autouse=True)
    def _people(self, desk: Desk, page: FrontEnd) -> None:
        with desk.work() as session:
            statuses = {
                "ada": Status.DOWNLOADABLE,
                "bob": Status.NOT_PASSING,
                "cy": Status.AUDIT_PASSING,
                "dan": Status.AUDIT_NOT_PASSING,
                "eve": Status.ERROR,
                "fay": Status.UNAVAILABLE,
            }
            for name, status in statuses.items():
                make_candidate(session, name)
                held = make_certificate(session, name, HTML, status=status, key="")
            make_invalidation(session, held, invalidated_by="sam", notes="copied")
            excepted = make_candidate(session, "gil", mode="honor")
            make_allowlist_entry(session, excepted, course_id=HTML, notes="ill")
            make_certificate(session, "ada", PDF, status=Status.ERROR, key="")

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", "ada bob cy dan eve fay"),
            ("?filter=all", "ada bob cy dan eve fay"),
            ("?filter=received", "ada"),
            ("?filter=not_received", "bob fay"),
            ("?filter=audit_passing", "cy"),
            ("?filter=audit_not_passing", "dan"),
            ("?filter=error", "eve"),
            ("?filter=granted_exceptions", "gil"),
            ("?filter=invalidated", "fay"),
            ("?search=ad", "ada"),
            ("?search=eve@example.org&filter=error", "eve"),
            ("?search=gi&filter=granted_exceptions", "gil"),
            ("?search=zoe", ""),
        ],
    )
    def test_a_filter_and_a_search_find_theirs(self, page: FrontEnd, query: str, names: str) -> None:
        said = ok(page.get(f"{BASE}/certificates/issued{query}"))

        assert [one["username"] for one in said["results"]] == names.split()
        assert said["count"] == len(names.split())

    def test_a_row_has_every_name_and_the_real_state(self, page: FrontEnd) -> None:
        (excepted,) = ok(page.get(f"{BASE}/certificates/issued?filter=granted_exceptions"))["results"]
        (void,) = ok(page.get(f"{BASE}/certificates/issued?filter=invalidated"))["results"]

        assert excepted == {
            "username": "gil",
            "email": "gil@example.org",
            "enrollment_track": "honor",
            "certificate_status": "unavailable",
            "special_case": "Exception",
            "exception_granted": "2026-11-21T12:00:00Z",
            "exception_notes": "ill",
            "invalidated_by": None,
            "invalidation_date": None,
            "invalidation_note": "",
        }
        assert (void["special_case"], void["invalidated_by"], void["invalidation_note"]) == (
            "Invalidation",
            "sam",
            "copied",
        )
        assert (void["invalidation_date"], void["exception_granted"]) == ("2026-11-21T12:00:00Z", None)

    @pytest.mark.any_database
    def test_pages_are_numbered_from_one_in_the_platforms_envelope(self, page: FrontEnd) -> None:
        address = f"{BASE}/certificates/issued?filter=all&page_size=4&search="

        first, second = ok(page.get(f"{address}&page=1")), ok(page.get(f"{address}&page=2"))

        assert {name: first[name] for name in ("count", "num_pages", "current_page", "start", "previous")} == {
            "count": 6,
            "num_pages": 2,
            "current_page": 1,
            "start": 0,
            "previous": None,
        }
        assert first["next"].startswith(f"http://desk.test{BASE}/certificates/issued?")
        assert first["next"].endswith("page=2")
        assert [one["username"] for one in second["results"]] == ["eve", "fay"]
        assert (second["next"], second["start"]) == (None, 4)

    @pytest.mark.any_database
    def test_the_next_page_is_where_it_says_whatever_letters_the_course_has(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, "course-v1:Łódź+Web+2026")
            for name in ("ada", "bob"):
                make_certificate(session, name, "course-v1:Łódź+Web+2026", key="")
        page = FrontEnd(app, "worker", administrator=True)

        first = ok(page.get(f"{BASE.replace('edX', 'Łódź')}/certificates/issued?page_size=1"))
        second = ok(page.get(first["next"].removeprefix("http://desk.test")))

        assert first["next"].isascii()
        assert [one["username"] for one in (*first["results"], *second["results"])] == ["ada", "bob"]

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("query", "status"),
        [("?page=3", 404), ("?page=0", 404), ("?page=x", 404), ("?filter=x", 400), ("?search=%00", 400)],
    )
    def test_what_cannot_be_is_refused(self, page: FrontEnd, query: str, status: int) -> None:
        refused(page.get(f"{BASE}/certificates/issued{query}"), status)
