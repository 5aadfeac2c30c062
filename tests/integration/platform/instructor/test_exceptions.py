"""Can the page put learners on the allowlist, invalidate, and take both back (B3 to B6)?"""

import io
from typing import Any

import pytest

from tests.factories.candidates import FAILING, HTML, make_candidate
from tests.factories.certificates import make_certificate, make_learner
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.platform_clients import FrontEnd
from tests.integration.generation.desk import Desk
from tests.integration.platform.instructor.pages import BASE, ok, refused
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import NOTE_LENGTH
from webapp.domain.platform import instructor_answers as answers
from webapp.models.exceptions import AllowlistEntry, Invalidation


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
    def test_of_two_names_of_one_learner_both_are_heard_of(self, page: FrontEnd, desk: Desk) -> None:
        with desk.work() as session:
            make_candidate(session, "ada", **FAILING)

        said = ok(page.post(f"{BASE}/certificates/exceptions", {"learners": ["ada", "ada@example.org"]}))

        assert said == {"success": ["ada", "ada@example.org"], "errors": []}
        assert len(desk.every(AllowlistEntry)) == 1

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", ["exceptions", "invalidations"])
    def test_an_address_leads_nobody_to_a_user_name(self, page: FrontEnd, desk: Desk, path: str) -> None:
        with desk.work() as session:
            make_learner(session, "elsewhere")

        said = ok(page.post(f"{BASE}/certificates/{path}", {"learners": ["elsewhere@example.org"]}))

        (one,) = said["errors"]
        assert one["message"].startswith("elsewhere@example.org ")

    @pytest.mark.any_database
    @pytest.mark.parametrize("path", ["exceptions", "invalidations"])
    def test_what_is_nested_too_deep_is_refused(self, page: FrontEnd, path: str) -> None:
        deep = b"[" * 100_000

        answer = page.ask("POST", f"{BASE}/certificates/{path}", data=deep, content_type="application/json")

        refused(answer, 400)

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
