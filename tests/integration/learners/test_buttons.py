"""What does each button do, what does the next page say, and who did it?"""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, HTML, LINK, PDF, make_holder
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, NOTE, TOO_LONG, SupportPage
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Learner
from webapp.models.messages import Outbox
from webapp.services import audit

PDF_ADDRESS = f"/learners/ada/{PDF}"
NOTED = ("delete", "allow", "disallow", "invalidate", "end_invalidation")
OFFERED: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"status": None}, {"generate", "allow"}),
    ({"status": None, **FAILING}, {"generate", "allow"}),
    ({"status": None, "mode": None}, {"generate"}),
    ({"status": None, "on_allowlist": True}, {"generate", "disallow"}),
    ({"status": Status.DOWNLOADABLE, "name": "Ada Byron"}, {"regenerate", "allow", "invalidate", "delete"}),
    ({"status": Status.DOWNLOADABLE, "on_allowlist": True}, {"regenerate", "disallow", "delete"}),
    ({"status": Status.DOWNLOADABLE, "invalidated": True}, {"regenerate", "end_invalidation", "delete"}),
    ({"status": Status.UNAVAILABLE, "invalidated": True}, {"regenerate", "end_invalidation"}),
    ({"status": Status.ERROR}, {"generate", "regenerate", "allow", "delete"}),
    ({"status": Status.DELETED}, {"generate", "regenerate", "allow"}),
    ({"status": Status.REQUESTING}, {"regenerate", "allow"}),
    ({"status": Status.GENERATING}, {"allow"}),
    ({"status": Status.DELETING}, {"allow"}),
)
"""What there is -> which acts are offered."""


def held(session: Session) -> GeneratedCertificate | None:
    session.rollback()
    session.expire_all()
    ada = select(Learner.id).where(Learner.username == "ada").scalar_subquery()
    return session.scalar(
        select(GeneratedCertificate).where(
            GeneratedCertificate.learner_id == ada, GeneratedCertificate.course_id.in_((HTML, PDF))
        )
    )


def status_of(session: Session) -> Status | None:
    certificate = held(session)
    return None if certificate is None else certificate.status


def told(session: Session) -> list[tuple[str, str, str]]:
    """Give what the audit was told since the sign-in: the act, by whom, and why."""
    session.rollback()
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
    return [(row.action, row.actor_name, row.reason) for row in rows if not row.action.startswith("account.")]


def moves(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(CertificateTransition.id))) or 0


def everything(session: Session) -> list[list[tuple[Any, ...]]]:
    """Give all that an act could change."""
    session.rollback()
    tables = (GeneratedCertificate, CertificateTransition, AllowlistEntry, Invalidation, Outbox, AuditEvent)
    return [
        [tuple(row) for row in session.execute(select(table.__table__).order_by(*table.__table__.primary_key))]
        for table in tables
    ]


class TestGivenWhatThereIs:
    @pytest.mark.parametrize(("named", "acts"), OFFERED)
    def test_the_acts_that_fit_are_offered(
        self, support: SupportPage, session: Session, named: dict[str, Any], acts: set[str]
    ) -> None:
        make_holder(session, **named)
        session.commit()

        forms = support.forms()

        assert set(forms) == acts

    @pytest.mark.parametrize(
        ("named", "reason"),
        [
            ({"status": None, "mode": None}, "The learner has to be enrolled first."),
            ({"invalidated": True}, "Nobody is on the allowlist with an invalidated certificate"),
            ({"on_allowlist": True}, "The learner is on the allowlist: take them off it first."),
        ],
    )
    def test_one_that_does_not_fit_says_why(
        self, support: SupportPage, session: Session, named: dict[str, Any], reason: str
    ) -> None:
        make_holder(session, **named)
        session.commit()

        text = support.text()

        assert reason in text

    @pytest.mark.parametrize(("named", "acts"), OFFERED)
    def test_a_note_is_asked_for_where_something_is_taken_or_excepted(
        self, support: SupportPage, session: Session, named: dict[str, Any], acts: set[str]
    ) -> None:
        make_holder(session, **named)
        session.commit()

        forms = support.forms()

        asking = {act for act, form in forms.items() if "note" in form.required}
        assert asking == acts & set(NOTED)

    def test_no_two_fields_of_the_page_share_a_name_for_the_labels(
        self, support: SupportPage, session: Session
    ) -> None:
        make_holder(session)
        session.commit()

        ids = [part.split('"', 1)[0] for part in support.visitor.get(ADDRESS).split(' id="')[1:]]

        assert len(ids) == len(set(ids))


class TestGivenGenerate:
    def test_it_issues_a_web_certificate_at_once(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        said = support.does("generate")

        assert said == "Issued. The learner can open the certificate now."
        assert status_of(session) is Status.DOWNLOADABLE
        assert told(session) == [("certificate.generated", "sam", "")]

    def test_it_is_support_who_does_it(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        session.commit()

        support.does("generate")

        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert event is not None
        assert audit.details_of(event)["generation_mode"] == "support"
        assert (event.actor_id is not None, event.request_id != "", event.ip) == (True, True, "127.0.0.1")

    def test_it_sends_a_pdf_to_the_queue(self, support: SupportPage, desk: Desk, session: Session) -> None:
        make_holder(session, None, PDF)
        session.commit()

        said = support.does("generate", PDF_ADDRESS)
        desk.send()

        assert said.startswith("Sent to the queue.")
        assert status_of(session) is Status.GENERATING
        assert len(desk.queue.submissions) == 1

    @pytest.mark.parametrize(
        ("named", "said", "status"),
        [
            (FAILING, "the grade is not a passing one. The status is now “Not passing”.", Status.NOT_PASSING),
            ({"id_status": ""}, "the identity is not verified. The status is now “Unverified”.", Status.UNVERIFIED),
            ({"mode": None}, "the platform has told of no enrollment. There is still no certificate.", None),
        ],
    )
    def test_a_refusal_says_why(
        self, support: SupportPage, session: Session, named: dict[str, Any], said: str, status: Status | None
    ) -> None:
        make_holder(session, None, **named)
        session.commit()

        words = support.does("generate")

        assert words == f"Refused because {said}"
        assert status_of(session) is status
        assert told(session) == [("certificate.refused", "sam", "")]

    def test_a_second_click_changes_nothing(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None)
        session.commit()
        form = support.forms()["generate"]
        support.does("generate")
        before = moves(session)

        answer = support.visitor.client.post(form.action, data=form.fields)

        assert "a certificate was issued already. The status stays “Issued”." in support.text(answer.location)
        assert moves(session) == before


class TestGivenRegenerate:
    def test_it_makes_it_anew_under_its_link(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        said = support.does("regenerate", note=NOTE)

        certificate = held(session)
        assert said == "Made anew. The link is the same as before."
        assert certificate is not None
        assert (certificate.name, certificate.verify_uuid) == ("Ada Lovelace", LINK)
        assert told(session) == [("certificate.regenerated", "sam", NOTE)]

    def test_the_name_is_mended_by_one_click(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()
        one_click = support.every_form()[0]

        answer = support.visitor.client.post(one_click.action, data=one_click.fields)

        certificate = held(session)
        assert certificate is not None
        assert certificate.name == "Ada Lovelace"
        assert told(session) == [("certificate.regenerated", "sam", "The name differed.")]
        assert "The name differs" not in support.text(answer.location)

    def test_refused_it_leaves_all_as_it_is(self, support: SupportPage, session: Session) -> None:
        make_holder(session, id_status="denied")
        session.commit()

        said = support.does("regenerate")

        assert said == "Refused because the identity is not verified. The status stays “Issued”."
        assert status_of(session) is Status.DOWNLOADABLE

    def test_an_invalidation_is_ended_where_that_is_ticked(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.UNAVAILABLE, invalidated=True)
        session.commit()

        ticks = support.forms()["regenerate"].ticks
        said = support.does("regenerate", end_invalidation="y")

        assert ticks == ["end_invalidation"]
        assert said == "Issued. The learner can open the certificate now."
        assert status_of(session) is Status.DOWNLOADABLE
        assert [action for action, _, _ in told(session)] == ["invalidation.ended", "certificate.regenerated"]

    def test_it_stays_where_nothing_was_ticked(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.UNAVAILABLE, invalidated=True)
        session.commit()

        said = support.does("regenerate")

        assert said.startswith("Refused because sam has invalidated it.")
        assert status_of(session) is Status.UNAVAILABLE
        assert session.scalar(select(func.count()).where(Invalidation.active)) == 2

    def test_what_is_ended_first_is_told_even_of_a_refusal(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.UNAVAILABLE, invalidated=True, **FAILING)
        session.commit()

        said = support.does("regenerate", end_invalidation="y")

        assert said.endswith("The status is now “Not passing”. The invalidation is ended all the same.")

    def test_there_is_no_tick_without_an_invalidation(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        forms = support.forms()

        assert forms["regenerate"].ticks == []


class TestGivenDelete:
    def test_it_ends_a_certificate(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        said = support.does("delete", note=NOTE)

        assert said == "Deleted. Its link says that it is gone."
        assert status_of(session) is Status.DELETED
        assert told(session) == [("certificate.deleted", "sam", NOTE)]

    def test_it_goes_through_a_queue_that_removes(self, support: SupportPage, desk: Desk, session: Session) -> None:
        desk.sets(queue_removes=True)
        make_holder(session, Status.DOWNLOADABLE, PDF)
        session.execute(update(GeneratedCertificate).values(download_uuid="d" * 32))
        session.commit()

        said = support.does("delete", PDF_ADDRESS, note=NOTE)

        assert said.startswith("Sent to the queue, which removes the file.")
        assert status_of(session) is Status.DELETING


class TestGivenTheAllowlist:
    def test_a_learner_is_put_on_it_and_judged_a_moment_later(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        desk.sets(delay_seconds=0)
        make_holder(session, Status.NOT_PASSING, **FAILING)
        session.commit()

        said = support.does("allow", note=NOTE)
        desk.send()

        assert said == "On the allowlist, and judged by its rules in a moment. Generate does it at once."
        assert status_of(session) is Status.DOWNLOADABLE
        assert told(session)[0] == ("allowlist.added", "sam", NOTE)
        assert f"By sam: {NOTE}" in support.text()

    def test_where_nothing_goes_by_itself_generate_follows(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        desk.sets(auto_generate=False)
        make_holder(session, Status.NOT_PASSING, **FAILING)
        session.commit()

        said = [support.does("allow", note=NOTE), support.does("generate")]

        assert said[0].startswith("On the allowlist. Generate the certificate now")
        assert said[1] == "Issued. The learner can open the certificate now."
        assert desk.send() == 1

    def test_taking_a_learner_off_it_judges_them_anew(self, support: SupportPage, session: Session) -> None:
        make_holder(session, on_allowlist=True, **FAILING)
        session.commit()

        said = support.does("disallow", note=NOTE)

        assert said == (
            "Taken off the allowlist. The certificate is taken away because the grade is not a passing one. "
            "The status is now “Not passing”."
        )
        assert status_of(session) is Status.NOT_PASSING

    def test_a_certificate_that_is_earned_anyway_stays(self, support: SupportPage, session: Session) -> None:
        make_holder(session, on_allowlist=True)
        session.commit()

        said = support.does("disallow", note=NOTE)

        assert said.startswith("Taken off the allowlist. The course’s own rules give the certificate too")
        assert status_of(session) is Status.DOWNLOADABLE

    def test_where_there_is_none_that_is_said(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None, on_allowlist=True, beta_tester=True)
        session.commit()

        said = support.does("disallow", note=NOTE)

        assert said == "Taken off the allowlist. There is still no certificate."


class TestGivenInvalidations:
    def test_a_certificate_is_declared_void(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        said = support.does("invalidate", note=NOTE)

        assert said.startswith("Invalidated. Its link says that it is not valid any more")
        assert status_of(session) is Status.UNAVAILABLE
        assert told(session) == [("certificate.invalidated", "sam", NOTE)]
        assert support.verdict() == "Ada Lovelace has no certificate because sam has invalidated it."

    def test_that_can_be_undone(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()
        support.does("invalidate", note=NOTE)

        said = [support.does("end_invalidation", note="a mistake"), support.does("regenerate")]

        assert said[0].startswith("The invalidation is ended.")
        assert said[1].startswith("Issued.")
        assert status_of(session) is Status.DOWNLOADABLE


class TestGivenAnActThatCannotBeHonoured:
    @pytest.mark.parametrize(
        ("named", "act", "said"),
        [
            ({"on_allowlist": True}, "allow", "ada is on the allowlist of"),
            ({"invalidated": True}, "allow", "The certificate of ada is invalidated"),
            ({"status": None, "mode": None}, "allow", "ada is not enrolled in"),
            ({}, "disallow", "ada is not on the allowlist of"),
            ({"on_allowlist": True}, "invalidate", "ada is on the allowlist of"),
            ({"status": Status.ERROR}, "invalidate", "Only an issued certificate can be invalidated."),
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

        assert said == "Nothing was changed. A note has at most 500 characters."
        assert everything(session) == before

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
