"""Does the instructor dashboard's certificates page work as it stands (B1 to B10)?"""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.accounts import make_account
from tests.factories.candidates import CCX, FAILING, HTML, PDF, make_candidate, make_run
from tests.factories.certificates import make_certificate, make_learner
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.platform_clients import FrontEnd, Service
from tests.integration.generation.desk import Desk
from webapp.domain.approval.states import State
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import NOTE_LENGTH
from webapp.domain.platform import instructor_answers as answers
from webapp.domain.runs import Among, RunState
from webapp.models.accounts import Account
from webapp.models.certificates import GenerationRun
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.governance.changes import ChangeRequest
from webapp.models.learners import CourseRole, Learner

BASE = f"/api/instructor/v2/courses/{HTML}"
KEYS = {"error", "message", "detail"}
EVERY_READ = (
    "",
    "/certificates/issued",
    "/certificates/config",
    "/certificates/generation_history",
    "/instructor_tasks",
)
EVERY_WRITE = (
    ("POST", "/certificates/exceptions"),
    ("DELETE", "/certificates/exceptions"),
    ("POST", "/certificates/exceptions/bulk"),
    ("POST", "/certificates/invalidations"),
    ("DELETE", "/certificates/invalidations"),
    ("POST", "/certificates/toggle_generation"),
    ("POST", "/certificates/regenerate"),
)


def make_teacher(session: Session, role: str = "instructor", course_id: str = HTML) -> Learner:
    teacher = make_learner(session, "teacher")
    session.add(CourseRole(learner_id=teacher.id, course_id=course_id, role=role))
    session.flush()
    return teacher


def ok(answer: TestResponse) -> Any:  # noqa: ANN401 - any JSON
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def refused(answer: TestResponse, status: int = 400) -> dict[str, Any]:
    said: dict[str, Any] = answer.get_json()
    assert (answer.status_code, set(said) & KEYS) == (status, KEYS)
    return said


@pytest.fixture
def page(app: Flask, desk: Desk) -> FrontEnd:
    """The page of somebody who teaches the course run, and has an account here."""
    with desk.work() as session:
        make_run(session)
        make_account(session, "teacher.account", learner_id=make_teacher(session).id)
    return FrontEnd(app, "teacher")


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
    @pytest.mark.parametrize(
        ("query", "status"),
        [("?page=3", 404), ("?page=0", 404), ("?page=x", 404), ("?filter=x", 400), ("?search=%00", 400)],
    )
    def test_what_cannot_be_is_refused(self, page: FrontEnd, query: str, status: int) -> None:
        refused(page.get(f"{BASE}/certificates/issued{query}"), status)


class TestGivenExceptions:
    def test_each_learner_is_dealt_with_by_themselves(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_candidate(session, "ada", **FAILING)
            make_candidate(session, "grace", on_allowlist=False, **FAILING)
        sent = {"learners": ["ada", "nobody", " grace@example.org ", "ada"], "notes": "ill"}

        said = ok(page.post(f"{BASE}/certificates/exceptions", sent))
        again = ok(page.post(f"{BASE}/certificates/exceptions", sent))

        assert said["success"] == ["ada", "grace@example.org"]
        assert [one["learner"] for one in said["errors"]] == ["nobody"]
        assert (again["success"], len(again["errors"])) == ([], 3)
        assert {(one.notes, one.created_by) for one in desk.every(AllowlistEntry)} == {("ill", "teacher.account")}

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"learners": []}, "learners"),
            ({}, "learners"),
            ({"learners": "ada"}, "learners"),
            ({"learners": [1]}, "learners"),
            ({"learners": [" "]}, "learners"),
            ({"learners": ["x"] * 1_001}, "learners"),
            ({"learners": ["ada"], "notes": "x" * 1_001}, "notes"),
            ({"learners": ["ada"], "notes": 1}, "notes"),
            ({"learners": ["ada"], "notes": "\x00"}, "notes"),
        ],
    )
    @pytest.mark.parametrize("what", ["exceptions", "invalidations"])
    def test_what_cannot_be_is_refused_by_the_fields_name(
        self, page: FrontEnd, sent: dict[str, Any], field: str, what: str
    ) -> None:
        assert field in refused(page.post(f"{BASE}/certificates/{what}", sent))

    def test_taking_one_off_judges_the_learner_anew(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            ada = make_candidate(session, "ada", **FAILING)
            make_allowlist_entry(session, ada, course_id=HTML)
            make_certificate(session, "ada", HTML, status=Status.DOWNLOADABLE, key="")

        said = ok(page.delete(f"{BASE}/certificates/exceptions", {"username": "ada@example.org"}))
        again = refused(page.delete(f"{BASE}/certificates/exceptions", {"username": "ada"}), 404)

        assert list(said) == ["message"]
        assert again["message"] == answers.NO_SUCH_EXCEPTION
        assert desk.held("ada", HTML).status is Status.NOT_PASSING

    @pytest.mark.any_database
    @pytest.mark.parametrize("what", ["exceptions", "invalidations"])
    @pytest.mark.parametrize("sent", [{"username": "nobody"}, {"username": ""}, {}, {"username": 1}])
    def test_nobody_can_be_taken_off(self, page: FrontEnd, what: str, sent: dict[str, Any]) -> None:
        assert "username" in refused(page.delete(f"{BASE}/certificates/{what}", sent))

    @pytest.mark.any_database
    def test_a_file_may_have_a_mark_and_the_last_note_counts(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_candidate(session, "ada", **FAILING)
            make_candidate(session, "grace", **FAILING)
        content = b"\xef\xbb\xbfada,first\r\n\r\ngrace@example.org\r\nnobody,x\r\nada,last\r\n"

        said = ok(page.submit(f"{BASE}/certificates/exceptions/bulk", {"file": (io.BytesIO(content), "list.csv")}))

        assert said["success"] == ["grace@example.org", "ada"]
        assert [one["learner"] for one in said["errors"]] == ["nobody"]
        assert [one.notes for one in desk.every(AllowlistEntry)] == ["", "last"]

    def test_no_row_fails_by_the_longest_note(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_candidate(session, "ada", **FAILING)
            make_candidate(session, "grace", **FAILING)
        longest = "x" * NOTE_LENGTH

        ok(page.post(f"{BASE}/certificates/exceptions", {"learners": ["ada"], "notes": longest}))
        file = (io.BytesIO(f"grace,{longest}".encode()), "list.csv")
        ok(page.submit(f"{BASE}/certificates/exceptions/bulk", {"file": file}))

        assert [one.notes for one in desk.every(AllowlistEntry)] == [longest, longest]

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({}, "No file uploaded"),
            ({"file": "ada"}, "No file uploaded"),
            ({"file": (b"ada", "list.xlsx")}, "CSV format"),
            ({"file": (b"", "list.csv")}, "empty"),
            ({"file": (b"\n \n", "list.csv")}, "empty"),
            ({"file": (b"\xff\xfe", "list.csv")}, "UTF-8"),
            ({"file": ("\n".join(map(str, range(1_001))).encode(), "list.csv")}, "1,000"),
        ],
    )
    def test_a_file_that_is_none_is_told_so(self, page: FrontEnd, form: dict[str, Any], words: str) -> None:
        sent = {name: (io.BytesIO(one[0]), one[1]) if isinstance(one, tuple) else one for name, one in form.items()}

        said = refused(page.submit(f"{BASE}/certificates/exceptions/bulk", sent))

        assert words in said["message"]


class TestGivenInvalidations:
    def test_each_certificate_is_dealt_with_by_itself(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_candidate(session, "ada")
            make_certificate(session, "ada", HTML, status=Status.DOWNLOADABLE, key="")
            make_candidate(session, "grace")

        said = ok(page.post(f"{BASE}/certificates/invalidations", {"learners": ["ada", "grace"], "notes": "copied"}))

        assert said["success"] == ["ada"]
        assert [one["learner"] for one in said["errors"]] == ["grace"]
        assert desk.held("ada", HTML).status is Status.UNAVAILABLE
        assert [one.notes for one in desk.every(Invalidation)] == ["copied"]

    def test_taking_it_back_gives_the_certificate_back(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_candidate(session, "ada")
            held = make_certificate(session, "ada", HTML, status=Status.UNAVAILABLE, key="", verify_uuid="5" * 32)
            make_invalidation(session, held)

        ok(page.delete(f"{BASE}/certificates/invalidations", {"username": "ada"}))
        again = refused(page.delete(f"{BASE}/certificates/invalidations", {"username": "ada"}), 404)

        assert (desk.held("ada", HTML).status, desk.held("ada", HTML).verify_uuid) == (Status.DOWNLOADABLE, "5" * 32)
        assert [one.active for one in desk.every(Invalidation)] == [False]
        assert again["message"] == answers.NO_SUCH_INVALIDATION


class TestGivenTheSwitch:
    def test_it_files_a_change_request_and_answers_what_is_live(self, page: FrontEnd, desk: Desk) -> None:
        first = ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}))
        twice = ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}))

        assert first == twice == {"enabled": False}
        (change,) = [one for one in desk.every(ChangeRequest) if one.kind == "course"]
        assert (change.key, change.author_name, change.state) == (HTML, "teacher.account", State.PENDING)
        assert change.payload == '{"self_generation_enabled":true,"use_updated":null}'

    @pytest.mark.any_database
    def test_the_opposite_waits_until_it_is_decided(self, page: FrontEnd, desk: Desk) -> None:
        ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}))

        refused(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": False}), 409)

    @pytest.mark.any_database
    def test_what_is_so_already_needs_no_request(self, page: FrontEnd, desk: Desk) -> None:
        said = ok(page.post(f"{BASE}/certificates/toggle_generation", {"enabled": False}))

        assert said == {"enabled": False}
        assert [one for one in desk.every(ChangeRequest) if one.kind == "course"] == []

    @pytest.mark.any_database
    @pytest.mark.parametrize("sent", [{}, {"enabled": "yes"}, {"enabled": None}, {"enabled": 1}])
    def test_what_cannot_be_is_refused_by_its_name(self, page: FrontEnd, sent: dict[str, Any]) -> None:
        assert "enabled" in refused(page.post(f"{BASE}/certificates/toggle_generation", sent))

    @pytest.mark.any_database
    def test_a_course_with_pdfs_needs_its_examples_first(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            teacher = session.scalars(select(Learner).where(Learner.username == "teacher")).one()
            session.add(CourseRole(learner_id=teacher.id, course_id=PDF, role="staff"))

        said = refused(page.post(f"{BASE.replace(HTML, PDF)}/certificates/toggle_generation", {"enabled": True}))

        assert "example" in said["enabled"][0]

    @pytest.mark.any_database
    def test_who_has_no_account_cannot_be_an_author(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        staff = FrontEnd(app, "worker", administrator=True)

        refused(staff.post(f"{BASE}/certificates/toggle_generation", {"enabled": True}), 403)


class TestGivenARunOverTheCourse:
    @pytest.mark.parametrize(
        ("sent", "purpose", "among", "statuses"),
        [
            ({"student_set": "all"}, "generate", "all", []),
            ({"student_set": "allowlisted"}, "generate", "allowlisted", []),
            ({"student_set": "allowlisted_not_generated"}, "generate", "allowlisted_not_generated", []),
            ({"statuses": ["error"]}, "regenerate", "all", ["error"]),
            ({"statuses": ["notpassing", "error"]}, "regenerate", "all", ["error"]),
        ],
    )
    @pytest.mark.any_database
    def test_it_begins_and_says_its_number(
        self, page: FrontEnd, desk: Desk, sent: dict[str, Any], purpose: str, among: str, statuses: list[str]
    ) -> None:
        with desk.work() as session:
            make_certificate(session, "ada", HTML, status=Status.ERROR, key="")

        said = ok(page.post(f"{BASE}/certificates/regenerate", sent))

        (run,) = desk.every(GenerationRun)
        assert said == {"task_id": str(run.id), "message": "Certificate regeneration task has been started"}
        assert (run.purpose, run.among, run.statuses, run.asked_by) == (purpose, among, statuses, "teacher.account")

    @pytest.mark.any_database
    def test_only_one_goes_at_a_time(self, page: FrontEnd, desk: Desk) -> None:
        ok(page.post(f"{BASE}/certificates/regenerate", {"student_set": "all"}))

        refused(page.post(f"{BASE}/certificates/regenerate", {"student_set": "allowlisted"}))

        assert len(desk.every(GenerationRun)) == 1

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({}, answers.NONE_CHOSEN),
            ({"statuses": []}, answers.NONE_CHOSEN),
            ({"statuses": ["downloadable"]}, answers.ELSEWHERE),
            ({"statuses": ["nonsense"]}, answers.ELSEWHERE),
            ({"statuses": "error"}, answers.ELSEWHERE),
            ({"statuses": [["error"]]}, answers.ELSEWHERE),
            ({"student_set": "some"}, "student_set"),
            ({"student_set": ["all"]}, "student_set"),
        ],
    )
    def test_what_cannot_be_is_refused(self, page: FrontEnd, sent: dict[str, Any], words: str) -> None:
        assert words in refused(page.post(f"{BASE}/certificates/regenerate", sent))["error"]

    def test_history_and_tasks_tell_of_runs_the_newest_first(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_certificate(session, "ada", HTML, status=Status.ERROR, key="")
        for sent in ({"statuses": ["error"]}, {"student_set": "allowlisted"}, {"student_set": "all"}):
            ok(page.post(f"{BASE}/certificates/regenerate", sent))
            with desk.work() as session:
                run = session.scalars(select(GenerationRun).order_by(GenerationRun.id.desc())).first()
                assert run is not None
                run.state, run.finished_at = RunState.DONE, run.created_at

        history = ok(page.get(f"{BASE}/certificates/generation_history?page=1&page_size=25"))
        tasks = ok(page.get(f"{BASE}/instructor_tasks?page=1&page_size=2"))

        assert [(one["task_name"], one["details"]) for one in history["results"]] == [
            ("Generated", "All learners"),
            ("Generated", "For exceptions"),
            ("Regenerated", "error states"),
        ]
        assert all(one["date"].endswith("Z") for one in history["results"])
        assert (tasks["count"], tasks["num_pages"]) == (3, 2)
        assert {one["task_state"] for one in tasks["results"]} == {"SUCCESS"}
        assert {one["requester"] for one in tasks["results"]} == {"teacher.account"}


@pytest.mark.any_database
class TestGivenTheCourse:
    def test_the_page_is_shown_and_the_global_switch_told(self, page: FrontEnd, desk: Desk) -> None:
        course, config = ok(page.get(BASE)), ok(page.get(f"{BASE}/certificates/config"))

        assert (course["course_id"], course["certificates_enabled"], config) == (HTML, True, {"enabled": False})

    def test_a_custom_course_has_no_certificates(self, app: Flask, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, CCX)
        staff = Service(app, "worker", administrator=True)

        assert ok(staff.get(BASE.replace(HTML, CCX)))["certificates_enabled"] is False

    @pytest.mark.parametrize("course_id", ["course-v1:edX+Other+1", "none", "a/b/c", "library-v1:edX+L"])
    def test_one_that_nobody_told_of_is_404_for_whoever_may_know(self, app: Flask, desk: Desk, course_id: str) -> None:
        staff = Service(app, "worker", administrator=True)
        base = BASE.replace(HTML, course_id)

        for path in EVERY_READ:
            refused(staff.get(f"{base}{path}"), 404)
        for method, path in EVERY_WRITE:
            refused(staff.ask(method, f"{base}{path}", json={}), 404)


@pytest.mark.any_database
class TestGivenWhoAsks:
    def statuses(self, client: FrontEnd, base: str = BASE) -> set[int]:
        reads = {client.get(f"{base}{path}").status_code for path in EVERY_READ}
        return reads | {client.ask(method, f"{base}{path}", json={}).status_code for method, path in EVERY_WRITE}

    def test_nobody_is_401_and_everybody_else_403_whatever_course_there_is(
        self, app: Flask, desk: Desk, session: Session
    ) -> None:
        make_run(session)
        make_learner(session, "ada")
        make_teacher(session, course_id=PDF)
        make_learner(session, "tester")
        session.add(CourseRole(learner_id=make_learner(session, "tester").id, course_id=HTML, role="beta_tester"))
        session.commit()
        unknown = BASE.replace(HTML, "course-v1:edX+Other+1")
        others = [FrontEnd(app, "teacher"), FrontEnd(app, "tester"), FrontEnd(app, "ada")]
        others.append(Service(app, "worker", administrator=True, is_restricted=True, scopes=["certificates:read"]))

        assert self.statuses(FrontEnd(app, None)) == self.statuses(FrontEnd(app, None), unknown) == {401}
        assert [self.statuses(one) for one in others] == [{403}] * 4
        assert self.statuses(FrontEnd(app, "ada"), unknown) == {403}

    @pytest.mark.parametrize("role", ["instructor", "staff"])
    def test_who_teaches_the_course_may(self, app: Flask, desk: Desk, session: Session, role: str) -> None:
        make_run(session)
        make_teacher(session, role)
        session.commit()

        assert self.statuses(FrontEnd(app, "teacher")) <= {200, 400, 403}  # 403: the switch wants an author
        assert ok(FrontEnd(app, "teacher").get(BASE))

    def test_whose_account_is_shut_may_not(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        with desk.work() as session:
            account = session.scalars(select(Account).where(Account.username == "teacher.account")).one()
            account.disabled_at = account.created_at

        assert self.statuses(page) == {401}

    def test_cookies_write_nothing_without_a_form_token(self, app: Flask, desk: Desk, page: FrontEnd) -> None:
        page.sends_token = False

        found = {page.ask(method, f"{BASE}{path}", json={}).status_code for method, path in EVERY_WRITE}

        assert found == {403}

    def test_the_wrong_method_is_405_before_anything_else(self, app: Flask) -> None:
        client = FrontEnd(app, None).client

        for path in EVERY_READ:
            assert client.put(f"{BASE}{path}").status_code == 405
        refused(client.get(f"{BASE}/certificates/regenerate"), 405)
        refused(client.put(f"{BASE}/certificates/exceptions"), 405)


def test_every_set_of_learners_is_one_of_the_pages() -> None:
    assert {one.value for one in Among} == {"all", "allowlisted", "allowlisted_not_generated"}
