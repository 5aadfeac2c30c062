"""Does the support tools' certificate dialog work as it stands (A1 to A3, domain note §8.1 to §8.3)?"""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, HTML, LINK, PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import make_certificate, make_learner
from tests.factories.platform_clients import FrontEnd
from tests.integration.generation.desk import FILE, Desk
from webapp.domain.certificates.statuses import Status
from webapp.models.exceptions import Invalidation

OLD = "edX/Old/2014"
SUBJECT = {"username": "ada", "course_key": HTML}
ASKED = (
    ("", 400, "user is not given."),
    ("?user=", 400, "user is not given."),
    ("?user=%20", 400, "user is not given."),
    ("?user=nobody", 400, "user 'nobody' does not exist"),
    ("?user=nobody+else@example.org", 400, "user 'nobody+else@example.org' does not exist"),
    ("?user=ada&course_id=none", 400, "Course id 'none' is not valid"),
    (
        "?user=ada&course_id=course-v1:edX+Other+1",
        400,
        "The course does not exist against the given key 'course-v1:edX+Other+1'",
    ),
)
SENT: tuple[tuple[dict[str, str], str], ...] = (
    ({"username": "nobody"}, "User nobody does not exist"),
    ({"username": "nobody", "course_key": "none"}, "User nobody does not exist"),
    ({"course_key": "none"}, "none is not a valid course key"),
    ({"course_key": ""}, " is not a valid course key"),
    ({"course_key": "course-v1:edX+Other+1"}, "The course course-v1:edX+Other+1 does not exist"),
    ({"username": "grace"}, f"User grace is not enrolled in the course {HTML}"),
)


@pytest.fixture
def tool(app: Flask, desk: Desk) -> FrontEnd:
    """The tool of somebody who is global staff of the platform."""
    return FrontEnd(app, "worker", administrator=True)


def find(tool: FrontEnd, query: str) -> Any:  # noqa: ANN401 - any JSON
    answer = tool.get(f"/certificates/search{query}")
    assert answer.status_code == 200
    return answer.get_json()


class TestGivenSomebodyIsLookedFor:
    @pytest.mark.parametrize(("query", "status", "text"), ASKED)
    @pytest.mark.any_database
    def test_what_cannot_be_is_told_letter_for_letter(
        self, tool: FrontEnd, session: Session, query: str, status: int, text: str
    ) -> None:
        make_holder(session)
        session.commit()

        answer = tool.get(f"/certificates/search{query}")

        assert (answer.status_code, answer.mimetype, answer.text) == (status, "text/plain", text)

    def test_a_certificate_is_told_with_every_name_that_the_dialog_reads(
        self, tool: FrontEnd, session: Session
    ) -> None:
        make_holder(session)
        session.commit()

        (found,) = find(tool, f"?user=ada&course_id={HTML}")

        assert found == {
            "username": "ada",
            "course_key": HTML,
            "type": "verified",
            "status": "downloadable",
            "grade": "0.6",
            "created": "2026-11-21T11:59:00Z",
            "modified": "2026-11-21T11:59:00Z",
            "download_url": f"http://desk.test/certificates/{LINK}",
            "is_passing": True,
            "is_pdf_certificate": False,
            "regenerate": True,
        }

    @pytest.mark.parametrize("asked", ["?user=ada", f"?user=ada&course_id={HTML}"])
    def test_what_is_invalidated_is_not_passed_and_leads_nowhere(
        self, tool: FrontEnd, session: Session, asked: str
    ) -> None:
        make_holder(session, invalidated=True)
        session.commit()

        (found,) = (one for one in find(tool, asked) if one["course_key"] == HTML)

        assert (found["status"], found["is_passing"], found["download_url"]) == ("downloadable", False, None)

    @pytest.mark.any_database
    def test_the_file_of_what_is_invalidated_is_not_led_to(self, tool: FrontEnd, desk: Desk, session: Session) -> None:
        make_holder(session, course_id=PDF, invalidated=True)
        session.commit()
        desk.give_file("ada", PDF)

        (found,) = find(tool, f"?user=ada&course_id={PDF}")

        assert (found["download_url"], found["is_pdf_certificate"], found["regenerate"]) == (None, True, False)

    def test_a_raw_plus_survives_in_the_key_and_in_the_address(self, tool: FrontEnd, session: Session) -> None:
        make_learner(session, "ada", email="ada+work@example.org")
        make_certificate(session, "ada", HTML, status=Status.DOWNLOADABLE)
        session.commit()

        raw = find(tool, f"?user=ada+work@example.org&course_id={HTML}")
        encoded = find(tool, f"?user=ada%2Bwork%40example.org&course_id={HTML.replace('+', '%2B')}")

        assert [one["course_key"] for one in raw] == [HTML]
        assert encoded == raw

    def test_all_of_a_learner_come_by_course_but_for_what_is_hidden_or_of_no_course(
        self, tool: FrontEnd, desk: Desk
    ) -> None:
        with desk.work() as session:
            for course_id in (PDF, HTML, OLD):
                make_certificate(session, "ada", course_id, status=Status.GENERATING, key="")
            make_certificate(session, "ada", "course-v1:edX+Hidden+1", status=Status.AUDIT_PASSING, key="")
            gone = make_certificate(session, "ada", "course-v1:edX+Known+1", status=Status.DOWNLOADABLE, key="")
            gone.course_id = "course-v1:edX+Nobody+1"
        desk.give_file("ada", PDF)

        found = find(tool, "?user=ada")

        assert [one["course_key"] for one in found] == [PDF, HTML, OLD]
        assert (found[0]["download_url"], found[0]["regenerate"]) == (FILE, False)
        assert found[1]["download_url"] is None

    @pytest.mark.any_database
    def test_who_holds_nothing_in_the_course_has_a_row_that_says_so(self, tool: FrontEnd, session: Session) -> None:
        make_run(session)
        make_candidate(session)
        session.commit()

        assert find(tool, f"?user=ada&course_id={HTML}") == [
            {"username": "ada", "course_key": HTML, "regenerate": False}
        ]
        assert find(tool, "?user=ada") == []

    @pytest.mark.any_database
    def test_the_name_of_2015_finds_nothing_without_a_complaint(self, tool: FrontEnd, session: Session) -> None:
        make_holder(session)
        session.commit()

        assert len(find(tool, "?query=ada@example.org")) == 2
        assert find(tool, "?query=nobody") == []


class TestGivenSomethingIsToBeDone:
    @pytest.mark.parametrize(("changed", "text"), SENT)
    @pytest.mark.parametrize("act", ["generate", "regenerate"])
    @pytest.mark.any_database
    def test_the_first_thing_that_is_wrong_is_told(
        self, tool: FrontEnd, session: Session, changed: dict[str, str], text: str, act: str
    ) -> None:
        make_holder(session)
        make_learner(session, "grace")
        session.commit()

        answer = tool.submit(f"/certificates/{act}", {**SUBJECT, **changed})

        assert (answer.status_code, answer.text) == (400, text)

    @pytest.mark.parametrize("act", ["generate", "regenerate"])
    @pytest.mark.parametrize(
        ("changed", "text"),
        [
            ({"username": "a\ud800"}, "User a\ufffd does not exist"),
            ({"course_key": "\ud800"}, "\ufffd is not a valid course key"),
        ],
    )
    @pytest.mark.any_database
    def test_half_a_letter_is_told_as_what_cannot_be_shown(
        self, tool: FrontEnd, session: Session, changed: dict[str, str], text: str, act: str
    ) -> None:
        make_holder(session)
        session.commit()

        answer = tool.post(f"/certificates/{act}", {**SUBJECT, **changed})

        assert (answer.status_code, answer.text) == (400, text)

    def test_generate_makes_what_was_earned_and_says_200(self, tool: FrontEnd, desk: Desk, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        answer = tool.submit("/certificates/generate", SUBJECT)

        assert (answer.status_code, answer.text) == (200, "200")
        assert desk.held("ada", HTML).status is Status.DOWNLOADABLE
        (told,) = desk.told()
        assert (told.action, told.actor, told.details["generation_mode"]) == (
            "certificate.generated",
            "worker",
            "support",
        )

    def test_regenerate_takes_the_name_of_today_and_keeps_the_link(
        self, tool: FrontEnd, desk: Desk, session: Session
    ) -> None:
        make_holder(session)
        session.commit()

        answer = tool.submit("/certificates/regenerate", SUBJECT)

        held = desk.held("ada", HTML)
        assert (answer.text, held.name, held.verify_uuid) == ("200", "Ada Lovelace", LINK)

    @pytest.mark.any_database
    def test_whoever_fails_is_told_200_as_well(self, tool: FrontEnd, desk: Desk, session: Session) -> None:
        make_holder(session, None, **FAILING)
        session.commit()

        answer = tool.submit("/certificates/generate", SUBJECT)

        assert (answer.text, desk.held("ada", HTML).status) == ("200", Status.NOT_PASSING)

    @pytest.mark.any_database
    def test_an_invalidation_is_never_ended_by_it(self, tool: FrontEnd, desk: Desk, session: Session) -> None:
        make_holder(session, Status.UNAVAILABLE, invalidated=True)
        session.commit()

        answer = tool.submit("/certificates/regenerate", SUBJECT)

        assert (answer.text, desk.held("ada", HTML).status) == ("200", Status.UNAVAILABLE)
        assert any(one.active for one in desk.every(Invalidation))

    @pytest.mark.any_database
    def test_json_and_a_plain_form_will_do_too(self, tool: FrontEnd, session: Session) -> None:
        make_holder(session)
        session.commit()

        by_json = tool.post("/certificates/generate", SUBJECT)
        by_form = tool.ask("POST", "/certificates/generate", data=SUBJECT)
        neither = tool.post("/certificates/generate", [1])

        assert (by_json.text, by_form.text) == ("200", "200")
        assert (neither.status_code, neither.text) == (400, "User  does not exist")
