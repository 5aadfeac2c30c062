"""Does a PDF's job exist if, and only if, its certificate waits for it?"""

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import PDF, make_candidate, make_others, make_run
from tests.factories.certificates import make_certificate
from tests.factories.orders import NAMED, NEW_KEY, an_order
from tests.fakes import NOON, FakeAttempts, FakeCourier
from tests.integration.generation.desk import Desk, steps
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import ADDABLE
from webapp.ports import Ports
from webapp.services.generation import acts
from webapp.services.generation.making import Made
from webapp.services.messages.outbox import Channel

LINK = "5" * 32
OLD_URL = "https://certs.example.org/old.pdf"


@pytest.fixture
def candidate(desk: Desk) -> Desk:
    """Ada, who earns a PDF, among others who do not."""
    with desk.work() as session:
        make_run(session, PDF)
        make_others(session, of=make_candidate(session, course_id=PDF), course_id=PDF)
    return desk


def generate(session: Session, generation_mode: GenerationMode = GenerationMode.SUPPORT, **changes: object) -> Made:
    """Have ada's PDF made."""
    return acts.generate(session, an_order(generation_mode, **changes), "ada", PDF)


class TestGivenALearnerWhoHasPassed:
    def test_the_certificate_waits_for_its_job(self, candidate: Desk) -> None:
        with candidate.work() as session:
            made = generate(session, note="please")

        row = candidate.fields("ada", PDF)
        assert (made.before, made.status, made.queued) == (None, Status.GENERATING, True)
        assert (row["status"], row["mode"], row["name"], row["grade"]) == (
            Status.GENERATING, "verified", "Ada Lovelace", "0.87"
        )  # fmt: skip
        assert (row["verify_uuid"], row["issued_at"], row["submitted_at"]) == ("", None, None)
        (move,) = candidate.moves("ada", PDF)
        assert (steps([move]), move.reason) == ([(None, Status.GENERATING, "submitted")], "please")
        assert [(told.action, told.details["after"]["status"]) for told in candidate.told()] == [
            ("certificate.generated", "generating")
        ]

    def test_its_key_is_a_jobs(self, candidate: Desk) -> None:
        with candidate.work() as session:
            generate(session, **NAMED)

        assert candidate.fields("ada", PDF)["key"] == NEW_KEY

    def test_the_job_carries_its_key_and_what_the_certificate_will_say(self, candidate: Desk) -> None:
        with candidate.work() as session:
            made = generate(session)

        entry, key = candidate.entry(), candidate.held("ada", PDF).key
        assert (entry.certificate_id, entry.recipient, entry.tries) == (made.certificate_id, "ada", 0)
        assert (entry.created_at, entry.next_try_at) == (NOON, NOON)
        assert entry.payload["key"] == key
        assert json.loads(entry.payload["header"]) == {
            "lms_callback_url": f"http://desk.test/update_certificate?key={key}",
            "lms_key": key,
            "queue_name": "certificates",
        }
        assert json.loads(entry.payload["body"]) == {
            "action": "create",
            "username": "ada",
            "course_id": PDF,
            "course_name": "Demonstration",
            "name": "Ada Lovelace",
            "grade": "B",
            "template_pdf": "certificate-template-edX-Paper-verified.pdf",
            "designation": None,
        }

    def test_nothing_is_sent_before_the_commit(self, candidate: Desk) -> None:
        with candidate.work() as session:
            generate(session)
            asked_within, tried_within = candidate.courier.asked, list(candidate.queue.tries)

        assert (asked_within, tried_within) == (0, [])
        assert candidate.courier.asked == 1

    def test_whoever_is_asked_to_send_it_finds_it_committed(self, candidate: Desk) -> None:
        seen: list[int] = []
        courier = FakeCourier(lambda: seen.append(len(candidate.entries(Channel.XQUEUE))))
        candidate.app.extensions["ports"] = Ports(FakeAttempts(), courier)

        with candidate.work() as session:
            generate(session)

        assert seen == [1]

    def test_an_act_that_fails_leaves_nothing(self, candidate: Desk) -> None:
        with candidate.failing_work() as session:
            generate(session)

        assert (candidate.certificate("ada", PDF), candidate.entries(), candidate.told()) == (None, [], [])
        assert (candidate.courier.asked, candidate.send(), candidate.queue.tries) == (0, 0, [])

    def test_generating_again_waits_for_the_job_that_there_is(self, candidate: Desk) -> None:
        with candidate.work() as session:
            generate(session)
        before = candidate.fields("ada", PDF)

        with candidate.work() as session:
            made = generate(session, GenerationMode.SELF, now=NOON + timedelta(minutes=1))

        assert (made.decision.refused_by, made.status, made.queued) == ("in_flight", Status.GENERATING, False)
        assert candidate.fields("ada", PDF) == before
        assert candidate.entry().payload["key"] == before["key"]


class TestGivenACertificateThatWasNotIssued:
    @pytest.mark.parametrize("status", sorted(ADDABLE))
    def test_it_is_made_anew_under_a_new_key(self, candidate: Desk, status: Status) -> None:
        with candidate.work() as session:
            make_certificate(
                session, course_id=PDF, status=status, key="a" * 32, verify_uuid=LINK, error_reason="no font"
            )

        with candidate.work() as session:
            generate(session)

        row = candidate.fields("ada", PDF)
        assert (row["status"], row["verify_uuid"], row["error_reason"]) == (Status.GENERATING, LINK, "")
        assert (candidate.entry().payload["key"], row["submitted_at"]) == (row["key"], None)
        assert row["key"] != "a" * 32
        assert steps(candidate.moves("ada", PDF)) == [(status, Status.GENERATING, "submitted")]


class TestGivenAnIssuedPdf:
    def test_regenerating_waits_in_a_status_of_its_own(self, candidate: Desk) -> None:
        with candidate.work() as session:
            make_certificate(
                session, course_id=PDF, status=Status.DOWNLOADABLE, key="a" * 32, verify_uuid=LINK,
                download_url=OLD_URL, issued_at=NOON - timedelta(days=9),
            )  # fmt: skip

        with candidate.work() as session:
            made = acts.regenerate(session, an_order(note="new name"), "ada", PDF)

        row = candidate.fields("ada", PDF)
        assert (made.status, made.queued) == (Status.REGENERATING, True)
        assert (row["status"], row["verify_uuid"], row["issued_at"]) == (
            Status.REGENERATING, LINK, NOON - timedelta(days=9)
        )  # fmt: skip
        assert json.loads(candidate.entry().payload["body"])["action"] == "create"
        assert steps(candidate.moves("ada", PDF)) == [(Status.DOWNLOADABLE, Status.REGENERATING, "regenerated")]
        assert candidate.told()[-1].action == "certificate.regenerated"


class TestGivenOtherModesOfPdfCourses:
    @pytest.mark.parametrize(
        ("mode", "id_status", "offers_honor", "becomes", "template"),
        [
            ("verified", "denied", True, "honor", "certificate-template-edX-Paper.pdf"),
            ("credit", "approved", True, "verified", "certificate-template-edX-Paper-verified.pdf"),
            ("masters", "approved", False, "verified", "certificate-template-edX-Paper-verified.pdf"),
            ("honor", "", True, "honor", "certificate-template-edX-Paper.pdf"),
            ("professional", "", False, "professional", "certificate-template-edX-Paper.pdf"),
        ],
    )
    def test_mode_and_template_are_those_of_the_queue(
        self, desk: Desk, mode: str, id_status: str, *, offers_honor: bool, becomes: str, template: str
    ) -> None:
        with desk.work() as session:
            make_run(session, PDF, modes=(("honor", False),) if offers_honor else ())
            make_candidate(session, course_id=PDF, mode=mode, id_status=id_status)

        with desk.work() as session:
            generate(session)

        assert desk.held("ada", PDF).mode == becomes
        assert json.loads(desk.entry().payload["body"])["template_pdf"] == template


class TestGivenNoQueue:
    def test_a_pdf_is_refused_and_the_row_left_as_it_is(self, candidate: Desk) -> None:
        with candidate.work() as session:
            made = generate(session, GenerationMode.BATCH, queue_name=None)

        assert (made.decision.refused_by, made.status) == ("no_delivery", None)
        assert (candidate.certificate("ada", PDF), candidate.entries(), candidate.courier.asked) == (None, [], 0)

    def test_support_is_told_what_to_set(self, candidate: Desk) -> None:
        with candidate.work() as session:
            made = generate(session, queue_name=None)

        assert "CERTDESK_XQUEUE_URL" in next(c.advice for c, passed in made.decision.trace if not passed)
        assert [(told.action, told.kind, told.key, told.details["refused_by"]) for told in candidate.told()] == [
            ("certificate.refused", "learner", "ada", "no_delivery")
        ]


class TestGivenSeveralAtOnce:
    def test_each_has_a_job_of_its_own(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            learners = [make_candidate(session, f"learner{n}", PDF, name=f"Name {n}").id for n in range(5)]
            make_candidate(session, "failing", PDF, passed=False)

        with desk.work() as session:
            made = acts.generate_many(session, an_order(GenerationMode.BATCH), PDF, learners)

        jobs = desk.entries(Channel.XQUEUE)
        assert [one.status for one in made] == [Status.GENERATING] * 5
        assert len({job.payload["key"] for job in jobs}) == 5
        assert [job.payload["key"] for job in jobs] == [desk.held(f"learner{n}", PDF).key for n in range(5)]
        assert [job.certificate_id for job in jobs] == [one.certificate_id for one in made]
        assert [json.loads(job.payload["body"])["name"] for job in jobs] == [f"Name {n}" for n in range(5)]
        assert (desk.certificate("failing", PDF), desk.courier.asked) == (None, 1)
