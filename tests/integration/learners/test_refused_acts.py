"""Does a button whose act cannot be honoured, or is not theirs, change nothing and say why?"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import make_holder
from tests.integration.learners.pages import ADDRESS, NOTE, TOO_LONG, SupportPage
from tests.integration.learners.rows import everything, told
from webapp.domain.certificates.statuses import Status

pytestmark = pytest.mark.any_database

NOTED = ("delete", "allow", "disallow", "invalidate", "end_invalidation")


class TestGivenAnActThatCannotBeHonoured:
    @pytest.mark.parametrize(
        ("named", "act", "said"),
        [
            ({"on_allowlist": True}, "allow", "ada is on the allowlist of"),
            ({"invalidated": True}, "allow", "The certificate of ada is invalidated"),
            ({"status": None, "mode": None}, "allow", "ada is not enrolled in"),
            ({}, "disallow", "ada is not on the allowlist of"),
            ({"on_allowlist": True}, "invalidate", "ada is on the allowlist of"),
            ({"status": Status.ERROR}, "invalidate", "Only an issued certificate can be invalidated; this one's"),
            ({"status": None}, "invalidate", "ada has no certificate in"),
            ({"invalidated": True}, "invalidate", "The certificate is invalidated already, by sam."),
            ({}, "end-invalidation", "No invalidation of ada's certificate in"),
            ({"status": None}, "delete", "ada has no certificate in"),
            ({"status": Status.GENERATING}, "delete", "Only an issued or failed certificate can be deleted"),
        ],
    )
    def test_it_changes_nothing_and_says_why(
        self, support: SupportPage, session: Session, named: dict[str, Any], act: str, said: str
    ) -> None:
        make_holder(session, **named)
        session.commit()
        some = next(iter(support.forms().values()))
        before = everything(session)

        answer = support.visitor.client.post(f"/learners/{act}", data={**some.fields, "note": NOTE})

        assert (answer.status_code, answer.location) == (303, ADDRESS)
        assert f"Nothing was changed. {said}" in support.text(answer.location)
        assert everything(session) == before

    @pytest.mark.parametrize("act", ["delete", "allow", "disallow", "invalidate", "end-invalidation"])
    @pytest.mark.parametrize("note", ["", " \t ", TOO_LONG])
    def test_without_a_note_it_is_not_done(self, support: SupportPage, session: Session, act: str, note: str) -> None:
        make_holder(session)
        session.commit()
        some = support.forms()["delete"]
        before = everything(session)

        answer = support.visitor.client.post(f"/learners/{act}", data={**some.fields, "note": note})

        assert answer.status_code == 303
        assert "Nothing was changed. Say in a note why" in support.text(answer.location)
        assert everything(session) == before

    def test_a_note_is_kept_as_far_as_a_database_can(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        support.does("delete", note=" ليلى\x00😀 <b> ")

        assert told(session) == [("certificate.deleted", "sam", "ليلى\ufffd😀 <b>")]

    def test_a_long_note_is_refused_where_none_is_needed(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()
        before = everything(session)

        said = support.does("regenerate", note=TOO_LONG)

        assert said == "Nothing was changed. A note has at most 1,000 characters."
        assert everything(session) == before

    def test_the_longest_note_is_taken(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        support.does("delete", note=TOO_LONG[1:])

        assert told(session) == [("certificate.deleted", "sam", TOO_LONG[1:])]

    @pytest.mark.parametrize("act", ["generate", "regenerate", "delete", "allow", "invalidate"])
    def test_without_the_forms_token_it_is_400(self, support: SupportPage, session: Session, act: str) -> None:
        make_holder(session)
        session.commit()
        fields = {**support.forms()["delete"].fields, "note": NOTE}
        del fields["csrf_token"]
        before = everything(session)

        answer = support.visitor.client.post(f"/learners/{act}", data=fields)

        assert answer.status_code == 400
        assert everything(session) == before

    @pytest.mark.parametrize(
        "wrong",
        [
            {"learner": ""},
            {"learner": "999999"},
            {"learner": "9" * 30},
            {"learner": "ada"},
            {"course_id": ""},
            {"course_id": "\x00"},
        ],
    )
    def test_about_nobody_it_is_404(self, support: SupportPage, session: Session, wrong: dict[str, str]) -> None:
        make_holder(session)
        session.commit()
        fields = support.forms()["regenerate"].fields
        before = everything(session)

        answer = support.visitor.client.post("/learners/regenerate", data={**fields, **wrong})

        assert answer.status_code == 404
        assert everything(session) == before

    def test_in_a_course_run_that_nobody_told_of_it_is_refused(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()
        fields = {**support.forms()["regenerate"].fields, "course_id": "course-v1:No+Such+Run"}

        answer = support.visitor.client.post("/learners/generate", data=fields)

        assert "the platform has told nothing of this course run" in support.text(answer.location, 404)


class TestGivenAViewer:
    @pytest.mark.parametrize(
        "act", ["generate", "regenerate", "delete", "allow", "disallow", "invalidate", "end-invalidation"]
    )
    def test_they_are_refused_and_nothing_changes(
        self, viewer: SupportPage, support: SupportPage, session: Session, act: str
    ) -> None:
        make_holder(session)
        session.commit()
        fields = support.forms()["delete"].fields
        before = everything(session)

        answer = viewer.visitor.post(f"/learners/{act}", {**fields, "note": NOTE, "csrf_token": ""}, of="/")

        assert answer.status_code in (400, 403)
        assert everything(session) == before
