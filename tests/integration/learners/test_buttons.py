"""What does each button do, what does the next page say, and who did it?"""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, LINK, PDF, make_holder
from tests.factories.certificates import make_moves
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, NOTE, PDF_ADDRESS, SupportPage
from tests.integration.learners.rows import held, moves, status_of, told
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.models.exceptions import Invalidation
from webapp.services import audit

pytestmark = pytest.mark.any_database

OFFERED: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"status": None}, {"generate", "allow"}),
    ({"status": None, **FAILING}, {"generate", "allow"}),
    ({"status": None, "mode": None}, {"generate"}),
    ({"status": None, "on_allowlist": True}, {"generate", "disallow"}),
    (
        {"status": Status.DOWNLOADABLE, "name": "Ada Byron"},
        {"regenerate", "allow", "invalidate", "delete", "override_date"},
    ),
    ({"status": Status.DOWNLOADABLE, "on_allowlist": True}, {"regenerate", "disallow", "delete", "override_date"}),
    ({"status": Status.DOWNLOADABLE, "invalidated": True}, {"regenerate", "end_invalidation", "delete"}),
    ({"status": Status.UNAVAILABLE, "invalidated": True}, {"regenerate", "end_invalidation"}),
    ({"status": Status.ERROR}, {"generate", "regenerate", "allow", "delete"}),
    ({"status": Status.DELETED}, {"generate", "regenerate", "allow"}),
    ({"status": Status.REQUESTING}, {"regenerate", "allow"}),
    ({"status": Status.GENERATING}, {"allow"}),
    ({"status": Status.DELETING}, {"allow"}),
)
"""What there is -> which acts are offered."""
NOTED = ("delete", "allow", "disallow", "invalidate", "end_invalidation", "override_date")


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
        ("status", "acts"),
        [
            (Status.REGENERATING, {"allow", "invalidate", "override_date"}),
            (Status.ERROR, {"generate", "regenerate", "allow", "invalidate", "delete", "override_date"}),
        ],
    )
    def test_what_was_issued_and_is_made_anew_can_be_taken_away(
        self, support: SupportPage, session: Session, status: Status, acts: set[str]
    ) -> None:
        make_holder(session, status, PDF)
        session.commit()
        certificate = held(session)
        assert certificate is not None
        make_moves(session, certificate, Status.DOWNLOADABLE, Status.REGENERATING, status)
        session.commit()

        forms, text = support.forms(PDF_ADDRESS), support.text(PDF_ADDRESS)

        assert set(forms) == acts
        assert f"http://desk.test/certificates/{LINK}" in text

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
