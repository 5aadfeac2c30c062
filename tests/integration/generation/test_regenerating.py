"""Is a certificate made anew under its link, and left as it is where it is not earned any more (decisions 9, 50)?"""

import json
from typing import Any

import pytest

from tests.factories.candidates import FAILING, HELD_KEY, HTML, ISSUED, LINK, PDF, make_candidate, make_holder, make_run
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk, steps
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.identifiers import CourseId
from webapp.models.exceptions import Invalidation
from webapp.ports import QueueRefused
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel

AT_REST = sorted(set(Status) - IN_FLIGHT)


class TestGivenAnIssuedCertificate:
    def test_it_says_what_is_true_today_under_the_same_link(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(note="married"), "ada", HTML)

        row = desk.held("ada", HTML)
        assert (made.before, made.status, made.changed) == (Status.DOWNLOADABLE, Status.DOWNLOADABLE, True)
        assert (row.name, row.grade, row.mode) == ("Ada Lovelace", "0.87", "verified")
        assert (row.verify_uuid, row.issued_at, row.modified_at) == (LINK, ISSUED, NOON)
        assert row.key != HELD_KEY
        assert [(told.action, told.reason) for told in desk.told()] == [("certificate.regenerated", "married")]

    @pytest.mark.parametrize("course_id", [HTML, PDF])
    @pytest.mark.parametrize(
        "against", [FAILING, {"mode": "audit"}, {"allow_certificate": False}, {"name": ""}, {"beta_tester": True}]
    )
    def test_one_that_is_not_earned_any_more_stays_and_support_is_told_why(
        self, desk: Desk, against: dict[str, Any], course_id: CourseId
    ) -> None:
        with desk.work() as session:
            make_holder(session, course_id=course_id, **against)
        before = desk.fields("ada", course_id)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(), "ada", course_id)

        assert (made.decision.earned, made.status, made.changed) == (False, Status.DOWNLOADABLE, False)
        assert (desk.fields("ada", course_id), desk.moves("ada", course_id), desk.entries()) == (before, [], [])
        (told,) = desk.told()
        assert (told.action, told.details["refused_by"]) == ("certificate.refused", made.decision.refused_by)
        assert "already_issued" not in told.details["trace"]

    def test_a_pdf_keeps_its_link_until_the_answer_brings_another(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", PDF)

        row = desk.held("ada", PDF)
        assert (row.status, row.verify_uuid) == (Status.REGENERATING, LINK)

    def test_a_pdfs_page_stands_until_then_whatever_the_queue_says(self, desk: Desk) -> None:
        page, client = f"/certificates/{LINK}", desk.app.test_client()
        with desk.work() as session:
            make_holder(session, course_id=PDF)
        seen = [client.get(page).status_code]

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", PDF)
        seen.append(client.get(page).status_code)
        desk.queue.fault = QueueRefused("Queue 'certificates' not found")
        desk.send()
        seen.append(client.get(page).status_code)

        assert (desk.held("ada", PDF).status, seen) == (Status.ERROR, [200, 200, 200])


class TestGivenACertificateInEachStatus:
    @pytest.mark.parametrize("status", AT_REST)
    @pytest.mark.parametrize(
        ("course_id", "becomes"), [(HTML, Status.DOWNLOADABLE), (PDF, Status.REGENERATING)], ids=["html", "pdf"]
    )
    def test_from_any_that_is_at_rest_it_is_made_anew(
        self, desk: Desk, status: Status, course_id: CourseId, becomes: Status
    ) -> None:
        with desk.work() as session:
            make_holder(session, status, course_id)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", course_id)

        row = desk.held("ada", course_id)
        assert (row.status, row.verify_uuid, row.issued_at) == (becomes, LINK, ISSUED)
        assert steps(desk.moves("ada", course_id)) == ([] if status is becomes else [(status, becomes, "regenerated")])

    @pytest.mark.parametrize("status", sorted(IN_FLIGHT))
    def test_while_a_job_is_out_it_is_refused(self, desk: Desk, status: Status) -> None:
        with desk.work() as session:
            make_holder(session, status, PDF)
        before = desk.fields("ada", PDF)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(), "ada", PDF)

        assert (made.decision.refused_by, made.status) == ("in_flight", status)
        assert (desk.fields("ada", PDF), desk.entries()) == (before, [])


class TestGivenNoCertificateYet:
    def test_it_is_made_as_generating_would(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(), "ada", PDF)

        assert (made.status, made.queued) == (Status.GENERATING, True)


class TestGivenAnActiveInvalidation:
    @pytest.mark.parametrize("status", [Status.UNAVAILABLE, Status.DOWNLOADABLE])
    def test_it_stands_unless_the_caller_says_otherwise(self, desk: Desk, status: Status) -> None:
        with desk.work() as session:
            make_holder(session, status, invalidated=True)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(), "ada", HTML)

        assert made.decision.refused_by == "invalidated"
        assert desk.held("ada", HTML).status is Status.UNAVAILABLE
        assert all(invalidation.active for invalidation in desk.every(Invalidation))

    def test_ended_first_both_are_audited(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(note="her own work"), "ada", HTML, end_invalidation=True)

        elsewhere, here = desk.every(Invalidation)
        assert (made.status, made.decision.earned) == (Status.DOWNLOADABLE, True)
        assert (here.active, here.modified_at, elsewhere.active) == (False, NOON, True)
        assert [(told.action, told.kind, told.key, told.reason) for told in desk.told()] == [
            ("invalidation.ended", "certificate", str(made.certificate_id), "her own work"),
            ("certificate.regenerated", "certificate", str(made.certificate_id), "her own work"),
        ]

    def test_an_act_that_fails_ends_nothing(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        with desk.failing_work() as session:
            acts.regenerate(session, an_order(), "ada", HTML, end_invalidation=True)

        assert all(invalidation.active for invalidation in desk.every(Invalidation))
        assert (desk.told(), desk.held("ada", HTML).status) == ([], Status.UNAVAILABLE)

    def test_ended_but_not_earned_it_takes_the_refusals_status(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True, **FAILING)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(), "ada", HTML, end_invalidation=True)

        assert (made.decision.refused_by, made.status) == ("not_passing", Status.NOT_PASSING)
        assert [told.action for told in desk.told()] == ["invalidation.ended", "certificate.refused"]

    def test_where_there_is_none_there_is_nothing_to_end(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", HTML, end_invalidation=True)

        assert [told.action for told in desk.told()] == ["certificate.regenerated"]


class TestGivenAGradeThatStaffForce:
    def test_it_counts_as_passing_and_leaves_the_percent(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.NOT_PASSING, PDF, **FAILING)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", PDF, forced_label="<b>Pass</b>")

        assert desk.held("ada", PDF).grade == "0.42"
        assert json.loads(desk.entry().payload["body"])["grade"] == "Pass"

    @pytest.mark.parametrize("label", ["", " ", "<b></b>"])
    def test_one_that_says_nothing_does_not(self, desk: Desk, label: str) -> None:
        with desk.work() as session:
            make_holder(session, Status.ERROR, PDF, **FAILING)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(), "ada", PDF, forced_label=label)

        assert (made.decision.refused_by, made.status) == ("not_passing", Status.NOT_PASSING)

    def test_neither_ends_what_else_stands_against_it(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.ERROR, PDF, mode="audit", **FAILING)

        with desk.work() as session:
            made = acts.regenerate(session, an_order(), "ada", PDF, forced_label="A")

        assert made.decision.refused_by == "mode_not_eligible"


class TestGivenATemplateThatStaffName:
    def test_the_job_carries_it(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.ERROR, PDF, id_status="denied")

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", PDF, template="gala.pdf")

        row, body = desk.held("ada", PDF), json.loads(desk.entry().payload["body"])
        assert (row.status, row.mode, body["template_pdf"]) == (Status.REGENERATING, "verified", "gala.pdf")

    def test_a_web_certificate_has_none(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.ERROR)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", HTML, template="gala.pdf")

        assert desk.held("ada", HTML).status is Status.DOWNLOADABLE
        assert desk.entries(Channel.XQUEUE) == []
