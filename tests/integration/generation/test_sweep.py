"""Are jobs that XQueue forgot sent again, three times, and given up then (decisions 22, 40)?"""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from structlog.testing import capture_logs

from tests.factories.candidates import PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import make_certificate
from tests.factories.deliveries import APPLIED, UNKNOWN, send
from tests.factories.orders import NAMED, NEW_KEY, an_order
from tests.factories.queue_messages import success
from tests.integration.generation.desk import Desk, at, steps
from webapp import clock
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.models.certificates import GeneratedCertificate
from webapp.ports import QueueUnreachable
from webapp.services.generation import acts, sweep
from webapp.services.messages.outbox import Channel

FIFTEEN = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """XQueue has taken the job for ada's PDF."""
    with desk.work() as session:
        make_run(session, PDF)
        make_candidate(session, course_id=PDF)
        acts.generate(session, an_order(now=clock.now()), "ada", PDF)
    desk.send()
    return desk


def wait_and_sweep(desk: Desk, times: int = 1) -> None:
    """Let XQueue be silent for long enough, as often as is said, and send what comes of it."""
    for _ in range(times):
        desk.let_pass(FIFTEEN)
        desk.sweep()
        desk.send()


class TestGivenAJobWithoutAnAnswer:
    def test_a_second_short_of_the_setting_it_is_waited_for(self, sent: Desk) -> None:
        sent.let_pass(FIFTEEN - SECOND)

        assert (sent.sweep(), len(sent.entries(Channel.XQUEUE))) == (0, 1)

    def test_then_it_is_sent_again_under_a_new_key(self, sent: Desk) -> None:
        before = sent.fields("ada", PDF)
        sent.let_pass(FIFTEEN)

        swept = sent.sweep()

        first, second = sent.entries(Channel.XQUEUE)
        row = sent.fields("ada", PDF)
        assert (swept, row["status"], row["submitted_at"]) == (1, Status.GENERATING, None)
        assert first.payload["key"] == before["key"] != row["key"] == second.payload["key"]
        assert json.loads(second.payload["header"])["lms_key"] == row["key"]
        assert second.payload["body"] == first.payload["body"]
        unchanged = set(row) - {"key", "submitted_at", "modified_at"}
        assert {name: row[name] for name in unchanged} == {name: before[name] for name in unchanged}

    def test_the_new_key_is_a_jobs(self, sent: Desk) -> None:
        order = an_order(now=clock.now() + FIFTEEN, **NAMED)

        sweep.settle_stuck(sent.work, order, stuck_after=FIFTEEN)

        assert sent.held("ada", PDF).key == NEW_KEY

    def test_move_and_audit_say_so(self, sent: Desk) -> None:
        since = at(sent.held("ada", PDF).submitted_at) - FIFTEEN
        sent.let_pass(FIFTEEN)

        sent.sweep()

        *_, move = sent.moves("ada", PDF)
        told = sent.told()[-1]
        reason = f"No answer since {since:%Y-%m-%d %H:%M} UTC."
        assert steps([move]) == [(Status.GENERATING, Status.GENERATING, "resubmitted")]
        assert (move.reason, move.actor_name) == (reason, "schedule")
        assert (told.action, told.actor, told.details["generation_mode"]) == (
            "certificate.resubmitted", "schedule", "batch"
        )  # fmt: skip

    def test_its_clock_starts_anew_when_xqueue_has_taken_it(self, sent: Desk) -> None:
        wait_and_sweep(sent)

        swept = sent.sweep()

        assert (swept, len(sent.queue.submissions)) == (0, 2)
        assert clock.now() - at(sent.held("ada", PDF).submitted_at) < timedelta(minutes=1)

    def test_while_the_new_job_cannot_leave_it_is_left_alone(self, sent: Desk) -> None:
        sent.let_pass(FIFTEEN)
        sent.queue.fault = QueueUnreachable("cannot connect to server")
        sent.sweep()
        sent.send()
        sent.let_pass(timedelta(hours=2))

        swept = sent.sweep()

        assert (swept, len(sent.entries(Channel.XQUEUE))) == (0, 2)
        assert sent.held("ada", PDF).error_reason == "cannot connect to server"

    def test_the_old_keys_late_answer_is_unknown_and_the_new_ones_counts(self, sent: Desk, client: FlaskClient) -> None:
        old_key = sent.held("ada", PDF).key
        wait_and_sweep(sent)

        late = send(client, success(course_id=PDF), old_key)
        early = send(client, success(course_id=PDF, verify_uuid="e" * 32), sent.held("ada", PDF).key)

        assert (late.json, early.json) == (UNKNOWN, APPLIED)
        assert sent.held("ada", PDF).verify_uuid == "e" * 32

    def test_after_three_times_it_ends_in_error_with_the_reason(self, sent: Desk) -> None:
        wait_and_sweep(sent, 3)
        still = sent.held("ada", PDF).status

        wait_and_sweep(sent)

        row, told = sent.held("ada", PDF), sent.told()[-1]
        reason = "XQueue took the job and never answered, nor when it was sent 3 times more."
        assert (still, row.status, row.error_reason) == (Status.GENERATING, Status.ERROR, reason)
        assert len({json.loads(job.header)["lms_key"] for job in sent.queue.submissions}) == 4
        assert [cause for _, _, cause in steps(sent.moves("ada", PDF))] == [
            "submitted", "resubmitted", "resubmitted", "resubmitted", "given_up"
        ]  # fmt: skip
        assert (told.action, told.reason) == ("certificate.given_up", reason)
        assert (told.request_id, told.request_id != "") == (sent.moves("ada", PDF)[-1].request_id, True)

    def test_given_up_it_is_swept_no_more(self, sent: Desk) -> None:
        wait_and_sweep(sent, 4)
        sent.let_pass(timedelta(days=9))

        assert sent.sweep() == 0

    def test_asked_for_anew_it_has_three_more(self, sent: Desk) -> None:
        wait_and_sweep(sent, 4)
        with sent.work() as session:
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)
        sent.send()

        wait_and_sweep(sent, 3)

        assert sent.held("ada", PDF).status is Status.GENERATING
        assert len(sent.queue.submissions) == 8


class TestGivenAnAnswerThatComesMeanwhile:
    @pytest.mark.parametrize("body", [success(course_id=PDF)])
    def test_between_the_look_and_the_act_it_wins(self, sent: Desk, client: FlaskClient, body: str) -> None:
        order = an_order(GenerationMode.BATCH, now=clock.now() + FIFTEEN)
        with sent.work() as session:
            ((learner_id, course_id, _),) = sweep.find_stuck(session, order, stuck_after=FIFTEEN)
        send(client, body, sent.held("ada", PDF).key)

        with sent.work() as session:
            status = sweep.sweep_one(session, order, learner_id, course_id, stuck_after=FIFTEEN)

        assert status is None
        assert (sent.held("ada", PDF).status, len(sent.entries(Channel.XQUEUE))) == (Status.DOWNLOADABLE, 1)

    @pytest.mark.parametrize("taken", [False, True])
    def test_so_does_a_job_that_was_sent_again_by_somebody_else(self, sent: Desk, *, taken: bool) -> None:
        sent.let_pass(FIFTEEN)
        order = an_order(GenerationMode.BATCH, now=clock.now())
        with sent.work() as session:
            ((learner_id, course_id, _),) = sweep.find_stuck(session, order, stuck_after=FIFTEEN)
            sweep.sweep_one(session, order, learner_id, course_id, stuck_after=FIFTEEN)
        if taken:
            sent.send()

        with sent.work() as session:
            status = sweep.sweep_one(session, order, learner_id, course_id, stuck_after=FIFTEEN)

        assert (status, len(sent.entries(Channel.XQUEUE))) == (None, 2)


class TestGivenAnImportedCertificate:
    @pytest.mark.parametrize("status", sorted(IN_FLIGHT))
    def test_its_clock_began_when_it_was_created_and_its_job_is_made_up_anew(self, desk: Desk, status: Status) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            make_certificate(session, course_id=PDF, status=status, at=clock.now() - FIFTEEN, mode="verified")

        swept = desk.sweep()

        bodies = [json.loads(entry.payload["body"]) for entry in desk.entries(Channel.XQUEUE)]
        assert swept == len(bodies) == (status is not Status.DELETING)
        assert desk.held("ada", PDF).status is status
        for body in bodies:
            assert body == {
                "action": "create",
                "username": "ada",
                "course_id": PDF,
                "course_name": "Demonstration",
                "name": "Ada Lovelace",
                "grade": "B",
                "template_pdf": "certificate-template-edX-Paper-verified.pdf",
                "designation": None,
            }

    def test_of_a_course_and_a_learner_of_whom_nothing_is_known_too(self, desk: Desk) -> None:
        with desk.work() as session:
            held = make_certificate(session, course_id="course-v1:Old+X+1", at=clock.now() - FIFTEEN)
            session.execute(
                update(GeneratedCertificate).values(course_id=PDF).where(GeneratedCertificate.id == held.id)
            )

        swept = desk.sweep()

        assert swept == 1
        body = json.loads(desk.entry().payload["body"])
        assert (body["course_name"], body["name"], body["grade"], body["template_pdf"]) == (
            PDF, "Ada Lovelace", None, ""
        )  # fmt: skip


class TestGivenRegenerations:
    def test_a_stuck_one_stays_a_regeneration(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)
            acts.regenerate(session, an_order(now=clock.now()), "ada", PDF, template="gala.pdf", forced_label="Pass")
        desk.send()
        desk.let_pass(FIFTEEN)

        desk.sweep()

        _, second = desk.entries(Channel.XQUEUE)
        body = json.loads(second.payload["body"])
        assert desk.held("ada", PDF).status is Status.REGENERATING
        assert (body["template_pdf"], body["grade"], body["name"]) == ("gala.pdf", "Pass", "Ada Lovelace")


class TestGivenTheSettings:
    def test_zero_minutes_are_legal(self, sent: Desk) -> None:
        sent.sets(stuck_minutes=0)

        swept = sent.sweep()
        again = sent.sweep()

        assert (swept, again, len(sent.entries(Channel.XQUEUE))) == (1, 0, 2)

    def test_without_a_queue_nothing_is_swept(self, sent: Desk) -> None:
        sent.sets(xqueue_url=None)
        sent.let_pass(timedelta(days=3))

        assert (sent.sweep(), sent.held("ada", PDF).status) == (0, Status.GENERATING)


class TestGivenOneThatCannotBeSentAgain:
    def test_it_keeps_back_none_of_the_others(self, sent: Desk) -> None:
        with sent.work() as session:
            learner = make_candidate(session, "bob", PDF)
            acts.generate_many(session, an_order(now=clock.now()), PDF, [learner.id])
        sent.send()
        sent.let_pass(FIFTEEN)
        broken = sent.entries(Channel.XQUEUE)[0]
        with sent.work() as session:
            session.merge(broken).payload = {"body": "no JSON"}

        with capture_logs() as logs:
            swept = sent.sweep()

        assert (swept, len(sent.entries(Channel.XQUEUE))) == (1, 3)
        assert [entry["event"] for entry in logs] == ["sweep.failed"]


class TestGivenMoreThanAHundred:
    def test_the_oldest_come_first_and_none_is_forgotten(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            for n in range(120):
                learner = make_candidate(session, f"learner{n}", PDF)
                make_certificate(session, learner.username, PDF, key=f"{n:032x}", at=clock.now() - FIFTEEN - n * SECOND)

        swept = desk.sweep(), desk.sweep(), desk.sweep()

        assert swept == (100, 20, 0)
        assert [entry.recipient for entry in desk.entries(Channel.XQUEUE)] == [
            f"learner{n}" for n in reversed(range(120))
        ]
