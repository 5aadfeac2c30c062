"""Can every list be taken elsewhere, as its filters leave it, and is that written down?"""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import HTML, make_candidate
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.programs import Program, program_of
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CourseMilestone
from webapp.services.audit import details_of
from webapp.services.exports.sources import PAGE

LISTS = ["certificates", "allowlist", "invalidations", "milestones", "changes", "configs"]


@pytest.fixture
def program(app: Flask, session: Session, change: object) -> Program:
    """A program of a viewer's, while there is one of everything, and a certificate more."""
    ada = make_candidate(session, "ada")
    held = make_certificate(session, "ada", HTML, key="", status=Status.DOWNLOADABLE)
    held.name = "=HYPERLINK(1)"
    make_certificate(session, "ada", DEMO_COURSE, key="", status=Status.ERROR)
    make_allowlist_entry(session, ada, course_id=HTML)
    make_invalidation(session, held)
    session.add(CourseMilestone(learner_id=ada.id, course_id=HTML, fulfilled_at=NOON, reason="generated"))
    session.commit()
    return program_of(app, session, make_account(session, "sue", Role.VIEWER))


def read(form: str, text: str) -> list[dict[str, Any]]:
    """Read the rows of an export."""
    return list(csv.DictReader(io.StringIO(text))) if form == "csv" else [*map(json.loads, text.splitlines())]


def events(session: Session) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Give what was written down of exports."""
    session.rollback()
    found = session.scalars(select(AuditEvent).where(AuditEvent.kind == "list").order_by(AuditEvent.seq))
    return [(event.action, event.actor_name, event.key, dict(details_of(event))) for event in found]


class TestGivenAList:
    @pytest.mark.parametrize("name", LISTS)
    def test_its_lines_are_the_objects_of_the_list(self, program: Program, name: str) -> None:
        listed = program.get(name).get_json()["results"]

        lines = read("jsonl", program.get(f"{name}.jsonl").text)
        rows = read("csv", program.get(f"{name}.csv").text)

        assert lines == listed
        assert [list(row) for row in rows] == [list(one) for one in listed]

    def test_it_is_narrowed_as_the_list_is_and_written_down(self, program: Program, session: Session) -> None:
        answer = program.get("certificates.csv?status=downloadable&username=ADA")

        (row,) = read("csv", answer.text)
        assert (row["status"], row["name"]) == ("downloadable", "'=HYPERLINK(1)")
        assert answer.headers["Content-Disposition"] == "attachment; filename=certificates.csv"
        filters = {"status": "downloadable", "username": "ADA"}
        assert events(session) == [
            ("list.exported", "sue", "certificates", {"format": "csv", "filters": filters}),
            ("list.export_ended", "sue", "certificates", {"rows": 1, "complete": True}),
        ]

    def test_a_long_one_is_sent_whole(self, program: Program, session: Session, many: Callable[[int], None]) -> None:
        many(2 * PAGE + 1)

        lines = read("jsonl", program.get("milestones.jsonl").text)

        assert len({line["course_id"] for line in lines}) == 2 * PAGE + 2
        assert events(session)[-1][3] == {"rows": 2 * PAGE + 2, "complete": True}

    @pytest.mark.any_database
    def test_one_that_is_broken_off_says_so(
        self, program: Program, session: Session, many: Callable[[int], None]
    ) -> None:
        many(2 * PAGE)
        answer = program.client.get("/api/v1/milestones.jsonl", headers=program.headers, buffered=False)

        next(iter(answer.response))
        answer.close()

        ended = events(session)[-1]
        assert (ended[0], ended[3]["complete"]) == ("list.export_ended", False)
        assert 0 < ended[3]["rows"] < 2 * PAGE

    @pytest.mark.any_database
    def test_who_asks_for_its_head_alone_took_nothing(self, program: Program, session: Session) -> None:
        answer = program.client.head("/api/v1/certificates.csv", headers=program.headers)

        assert (answer.status_code, answer.data) == (200, b"")
        assert events(session) == []

    @pytest.mark.any_database
    @pytest.mark.parametrize("query", ["limit=5", "cursor=x", "status=no", "course_id=x", "other=1"])
    def test_what_cannot_be_understood_leaves_no_event(self, program: Program, session: Session, query: str) -> None:
        answer = program.get(f"certificates.csv?{query}")

        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_filter")
        assert events(session) == []


@pytest.fixture
def many(session: Session) -> Callable[[int], None]:
    """Writes so many milestones of one learner."""

    def write(number: int) -> None:
        bob = make_candidate(session, "bob")
        session.add_all(
            CourseMilestone(
                learner_id=bob.id, course_id=f"course-v1:Many+N{n}+1", fulfilled_at=NOON, reason="generated"
            )
            for n in range(number)
        )
        session.commit()

    return write


@pytest.mark.any_database
class TestGivenAListOfTheDesk:
    @pytest.mark.parametrize(
        ("path", "rows"),
        [
            ("/admin/certificates/export.jsonl?status=downloadable", 1),
            ("/admin/certificates/export.jsonl?q=ada", 2),
            ("/admin/certificates/export.jsonl?q=nobody", 0),
            ("/admin/learners/export.jsonl?q=ada", 1),
            ("/admin/allowlist/export.jsonl?listed=yes", 1),
            ("/admin/allowlist/export.jsonl?listed=no", 0),
            (f"/admin/invalidations/export.jsonl?course={HTML.replace('+', '%2B')}", 1),
        ],
    )
    def test_its_filters_and_its_search_count(self, program: Program, session: Session, path: str, rows: int) -> None:
        visitor = Visitor(program.app)
        visitor.sign_in("sue", PASSWORD)

        answer = visitor.client.get(path)

        assert (answer.status_code, len(answer.text.splitlines())) == (200, rows)
        assert events(session)[-1][3] == {"rows": rows, "complete": True}

    def test_its_buttons_keep_the_filters(self, program: Program) -> None:
        visitor = Visitor(program.app)
        visitor.sign_in("sue", PASSWORD)

        page = visitor.get("/admin/certificates/?q=ada&status=error&order=oldest")

        assert "/admin/certificates/export.csv?q=ada&amp;status=error" in page

    def test_a_filter_that_means_nothing_exports_nothing(self, program: Program, session: Session) -> None:
        visitor = Visitor(program.app)
        visitor.sign_in("sue", PASSWORD)

        answer = visitor.client.get("/admin/certificates/export.csv?status=x")

        assert answer.status_code == 400
        assert events(session) == []
