"""Does a removal that XQueue forgot end, too (decisions 22, 43)?"""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.factories.candidates import PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import make_certificate
from tests.factories.deliveries import APPLIED, UNKNOWN, send
from tests.factories.orders import an_order
from tests.factories.queue_messages import removal
from tests.integration.generation.desk import Desk, steps
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.services.generation import deletion
from webapp.services.messages.outbox import Channel

FIFTEEN = timedelta(minutes=15)
NOTE = "asked for"


def remove(desk: Desk) -> None:
    """Delete ada's PDF through the queue, which takes the job."""
    with desk.work() as session:
        deletion.delete(session, an_order(now=clock.now(), note=NOTE), "ada", PDF, through_queue=True)
    desk.send()


def wait_and_sweep(desk: Desk, times: int = 1) -> None:
    """Let XQueue be silent for long enough, as often as is said, and send what comes of it."""
    for _ in range(times):
        desk.let_pass(FIFTEEN)
        desk.sweep()
        desk.send()


@pytest.fixture
def removing(desk: Desk) -> Desk:
    """XQueue has taken the removal of ada's PDF, by an agent that can do that."""
    desk.sets(queue_removes=True)
    with desk.work() as session:
        make_holder(session, course_id=PDF)
    desk.give_file("ada", PDF)
    remove(desk)
    return desk


class TestGivenARemovalWithoutAnAnswer:
    def test_a_second_short_of_the_setting_it_is_waited_for(self, removing: Desk) -> None:
        removing.let_pass(FIFTEEN - timedelta(seconds=1))

        assert (removing.sweep(), removing.held("ada", PDF).status) == (0, Status.DELETING)

    def test_then_it_is_asked_for_again_under_a_new_key(self, removing: Desk) -> None:
        old_key = removing.held("ada", PDF).key

        wait_and_sweep(removing)

        first, second = removing.entries(Channel.XQUEUE)
        row = removing.held("ada", PDF)
        assert (row.status, row.key) == (Status.DELETING, second.payload["key"])
        assert row.key != old_key
        assert json.loads(second.payload["header"])["lms_key"] == row.key
        assert second.payload["body"] == first.payload["body"]
        assert json.loads(second.payload["body"])["action"] == "remove"
        assert len(removing.queue.submissions) == 2

    def test_the_new_keys_answer_ends_it_and_the_old_ones_does_not(self, removing: Desk, client: FlaskClient) -> None:
        old_key = removing.held("ada", PDF).key
        wait_and_sweep(removing)

        late = send(client, removal(course_id=PDF), old_key)
        early = send(client, removal(course_id=PDF), removing.held("ada", PDF).key)

        assert (late.json, early.json) == (UNKNOWN, APPLIED)
        assert removing.held("ada", PDF).status is Status.DELETED

    def test_after_three_times_it_ends_in_error_with_the_reason(self, removing: Desk) -> None:
        wait_and_sweep(removing, 3)
        still = removing.held("ada", PDF).status

        wait_and_sweep(removing)

        row, told = removing.held("ada", PDF), removing.told()[-1]
        reason = "XQueue took the removal and never answered, nor when it was sent 3 times more."
        assert (still, row.status, row.error_reason) == (Status.DELETING, Status.ERROR, reason)
        assert [cause for _, _, cause in steps(removing.moves("ada", PDF))] == [
            "deletion", "resubmitted", "resubmitted", "resubmitted", "given_up"
        ]  # fmt: skip
        assert (told.action, told.reason, len(removing.queue.submissions)) == ("certificate.given_up", reason, 4)

    def test_switched_off_meanwhile_it_is_sent_no_more_and_ends_at_once(self, removing: Desk) -> None:
        removing.sets(queue_removes=False)

        wait_and_sweep(removing)

        row = removing.held("ada", PDF)
        reason = "XQueue took the removal and never answered; CERTDESK_QUEUE_REMOVES is off by now."
        assert (row.status, row.error_reason, len(removing.queue.submissions)) == (Status.ERROR, reason, 1)

    def test_given_up_support_can_delete_it_for_good(self, removing: Desk) -> None:
        wait_and_sweep(removing, 4)

        with removing.work() as session:
            made = deletion.delete(session, an_order(now=clock.now(), note=NOTE), "ada", PDF)

        assert (made.before, made.status) == (Status.ERROR, Status.DELETED)

    def test_asked_for_anew_it_has_three_more(self, removing: Desk) -> None:
        wait_and_sweep(removing, 4)
        remove(removing)

        wait_and_sweep(removing, 3)

        assert (removing.held("ada", PDF).status, len(removing.queue.submissions)) == (Status.DELETING, 8)


class TestGivenAnImportedRemoval:
    @pytest.mark.parametrize("switched_on", [False, True])
    def test_its_answer_is_waited_for(self, desk: Desk, *, switched_on: bool) -> None:
        desk.sets(queue_removes=switched_on)
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            make_certificate(session, course_id=PDF, status=Status.DELETING, at=clock.now() - timedelta(days=9))

        swept = desk.sweep()

        assert (swept, desk.entries(), desk.held("ada", PDF).status) == (0, [], Status.DELETING)
