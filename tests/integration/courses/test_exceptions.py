"""Can exceptions of a course run be made and taken back on its page, one by one and many at once?"""

import base64
import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.integration.courses.pages import NOTE, CoursePage
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import plain
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation


@pytest.fixture(autouse=True)
def course(session: Session) -> None:
    """A course run in which ada fails, bob has a certificate, and others are elsewhere."""
    make_run(session)
    make_run(session, "course-v1:edX+Else+2026")
    make_candidate(session, "ada", **FAILING)
    make_candidate(session, "bob", name="Bob Both")
    make_certificate(session, "bob", HTML, key="", verify_uuid="5" * 32, status=Status.DOWNLOADABLE)
    elsewhere = make_candidate(session, "eve", "course-v1:edX+Else+2026", name="Eve Elsewhere")
    make_allowlist_entry(session, elsewhere, course_id="course-v1:edX+Else+2026")
    make_invalidation(session, make_certificate(session, "eve", "course-v1:edX+Else+2026", key=""))
    session.commit()


class TestGivenTheAllowlist:
    def test_one_learner_is_put_on_it_and_taken_off(self, support: CoursePage, desk: Desk, session: Session) -> None:
        number = make_candidate(session, "cyd", **FAILING).id
        session.commit()

        put_on = support.does("allow", learners=" cyd@example.org ", note=NOTE)
        listed = support.rows("exceptions")
        taken_off = support.does("disallow", learner=number, note="by mistake")

        assert "cyd@example.org is on the allowlist now." in put_on
        assert (len(listed), NOTE in listed[0], "by sam" in listed[0]) == (1, True, True)
        assert "Taken off the allowlist." in taken_off
        (entry,) = [one for one in desk.every(AllowlistEntry) if one.course_id == HTML]
        assert entry.allowlisted is False

    def test_each_of_many_is_told_what_became_of_them(self, support: CoursePage) -> None:
        answer = support.send(
            "allow", learners="ada, a note of her own\nnobody", file=b"\xef\xbb\xbfbob\nada\n", note=NOTE
        )

        found = re.search(r"data:text/csv;charset=utf-8;base64,([^\"]+)", answer.text)
        assert found is not None
        assert base64.b64decode(found[1]).decode().splitlines()[1:] == [
            '1,ada,repeated,,"Row 4 names the same learner, and counts."',
            "2,nobody,failed,unknown_learner,There is no learner “nobody”.",
            "3,bob,added,,",
            "4,ada,added,,",
        ]
        assert len(support.rows("exceptions")) == 2

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("typed", "status", "text"),
        [
            ({"note": NOTE}, 422, "Name at least one learner, or choose a file."),
            ({"learners": "ada"}, 422, "Say in a note why."),
            ({"learners": "ada", "note": NOTE, "course_id": "course-v1:No+Such+Run"}, 404, ""),
            ({"learners": "ada\n" * 1_001, "note": NOTE}, 422, "1,000 are taken at once"),
        ],
    )
    def test_what_cannot_be_taken_changes_nothing(
        self, support: CoursePage, typed: dict[str, Any], status: int, text: str
    ) -> None:
        answer = support.send("allow", **typed)

        assert (answer.status_code, text in answer.text) == (status, True)
        assert "Nobody is on the allowlist" in support.text("exceptions")

    @pytest.mark.any_database
    def test_it_is_searched_and_taken_elsewhere(self, support: CoursePage) -> None:
        support.send("allow", learners="ada\nbob", note=NOTE)

        file = support.visitor.client.get("/courses/allowlist.csv", query_string={"course": HTML}).text

        assert [len(support.rows("exceptions", q=text)) for text in ("bo", "ada", "eve", "nobody")] == [1, 1, 0, 0]
        assert [line.split(",")[1] for line in file.splitlines()] == ["username", "bob", "ada"]

    @pytest.mark.any_database
    def test_it_goes_on_over_pages_of_25(self, support: CoursePage, session: Session) -> None:
        for number in range(27):
            make_allowlist_entry(session, make_candidate(session, f"many{number:02}"), course_id=HTML)
        session.commit()

        first = support.markup("exceptions")
        (after,) = re.findall(r"after=(\d+)", first)
        rows = [*support.rows("exceptions"), *support.rows("exceptions", after=after)]

        assert [re.findall(r"many(\d\d)", row)[0] for row in rows] == [f"{n:02}" for n in reversed(range(27))]


class TestGivenInvalidations:
    def test_one_is_made_and_ended_and_the_certificate_comes_again(
        self, support: CoursePage, desk: Desk, session: Session
    ) -> None:
        made = support.does("invalidate", learners="bob", note=NOTE)
        listed = support.rows("invalidations")
        held = next(one for one in desk.every(GeneratedCertificate) if one.course_id == HTML)
        ended = support.does("end-invalidation", learner=held.learner_id, note="it was another", again="y")

        assert "The certificate of bob is invalidated now." in made
        assert (len(listed), NOTE in listed[0]) == (1, True)
        assert "The invalidation is ended. Issued." in ended
        held = next(one for one in desk.every(GeneratedCertificate) if one.course_id == HTML)
        assert (held.status, held.verify_uuid) == (Status.DOWNLOADABLE, "5" * 32)
        assert [one.active for one in desk.every(Invalidation) if one.certificate_id == held.id] == [False]

    @pytest.mark.any_database
    def test_the_certificate_waits_where_that_is_not_ticked(self, support: CoursePage, desk: Desk) -> None:
        support.does("invalidate", learners="bob", note=NOTE)
        held = next(one for one in desk.every(GeneratedCertificate) if one.course_id == HTML)

        said = support.does("end-invalidation", learner=held.learner_id, note="it was another")

        assert "The certificate is issued again by generating it." in said
        held = next(one for one in desk.every(GeneratedCertificate) if one.course_id == HTML)
        assert held.status is Status.UNAVAILABLE

    @pytest.mark.any_database
    def test_twice_is_refused_and_nobody_is_on_both_lists(self, support: CoursePage) -> None:
        support.does("invalidate", learners="bob", note=NOTE)

        answers = [plain(support.send(act, learners="bob", note=NOTE).text) for act in ("invalidate", "allow")]

        assert "The certificate is invalidated already, by sam." in answers[0]
        assert "end the invalidation first" in answers[1]


class TestGivenItsLearners:
    def test_they_are_told_apart_as_on_the_platforms_page(self, support: CoursePage) -> None:
        support.send("allow", learners="ada", note=NOTE)

        found = {
            group: [row.split()[0] for row in support.rows("learners", filter=group)]
            for group in ("all", "received", "error", "not_received", "granted_exceptions", "invalidated")
        }

        assert {group: len(rows) for group, rows in found.items()} == {
            "all": 2, "received": 1, "error": 0, "not_received": 1, "granted_exceptions": 1, "invalidated": 0,
        }  # fmt: skip
        assert "Bob Both" in support.rows("learners", q="both")[0]
        assert "Nobody found" in support.text("learners", q="eve")
