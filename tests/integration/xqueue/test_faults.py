"""What if XQueue is away, slow or broken: is the job kept for later, with a plain reason that gives nothing away?"""

import time
import traceback

import pytest

from tests.integration.xqueue.conftest import Connect, a_submission
from tests.servers import HOST, free_port
from tests.xqueue import StandInXQueue
from tests.xqueue_wire import ELSEWHERE, ERROR_PAGE, HTML_PAGE, LOGIN, NOT_FOUND, QUEUE_LENGTH, SUBMIT, Fault, Reply
from webapp.adapters.xqueue import XQueue
from webapp.ports import QueueUnreachable

NO_SERVER = "cannot connect to server"
NO_REPLY = "unexpected reply from server"
BROKE_OFF = f"{NO_SERVER} (the connection broke off)"
TOO_LATE = f"{NO_SERVER} (no answer within 0.2 seconds)"
MOST_S = 2
"""Three requests of 0.2 seconds at most, and some more for a machine that is busy."""
FAULTS: list[tuple[Reply | Fault, str]] = [
    (ERROR_PAGE, "unexpected HTTP status code [500]"),
    (Reply("", 503), "unexpected HTTP status code [503]"),
    (Reply("", 401), "unexpected HTTP status code [401]"),
    (Reply("", 204), "unexpected HTTP status code [204]"),
    (NOT_FOUND, "unexpected HTTP status code [404]"),
    (ELSEWHERE, "unexpected HTTP status code [302]"),
    (Reply("", 302), "unexpected HTTP status code [302]"),
    (Reply("", 301, location=SUBMIT), "unexpected HTTP status code [301]"),
    (Reply("", 302, location="http://[broken"), "unexpected HTTP status code [302]"),
    (HTML_PAGE, NO_REPLY),
    (Reply(""), NO_REPLY),
    (Reply('{"return_code": 0, "content":'), NO_REPLY),
    (Reply('{"return_code": 2, "content": ""}'), NO_REPLY),
    (Reply("[" * 60_000), NO_REPLY),
    (Reply(" " * 70_000), NO_REPLY),
    (Reply('{"return_code": 0, "content": "1"}' + " " * 10_000_000), NO_REPLY),
    (Fault.CLOSED, BROKE_OFF),
    (Fault.CUT_SHORT, BROKE_OFF),
    (Fault.GARBAGE, BROKE_OFF),
    (Fault.ANSWER_LOST, BROKE_OFF),
]


def name_of(value: object) -> str:
    match value:
        case Fault():
            return value.name
        case Reply():
            return f"{value.status}-{value.body[:12]!a}"
    return str(value)[:20]


@pytest.fixture
def queue(connect: Connect) -> XQueue:
    """A client that is signed in already."""
    queue = connect()
    assert queue.find_fault() is None
    return queue


class TestGivenAFaultAtASubmission:
    @pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=name_of)
    def test_it_is_told_and_the_next_try_goes_through(
        self, xqueue: StandInXQueue, queue: XQueue, fault: Reply | Fault, reason: str
    ) -> None:
        xqueue.fail(fault)

        with pytest.raises(QueueUnreachable) as told:
            queue.submit(a_submission())
        queue.submit(a_submission())

        assert str(told.value) == reason
        assert len(xqueue.waiting) == 1


class TestGivenAFaultAtASignIn:
    @pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=name_of)
    def test_it_is_told_and_the_next_try_goes_through(
        self, xqueue: StandInXQueue, queue: XQueue, fault: Reply | Fault, reason: str
    ) -> None:
        xqueue.lose_sessions()
        xqueue.fail(fault, path=LOGIN)

        with pytest.raises(QueueUnreachable) as told:
            queue.submit(a_submission())
        queue.submit(a_submission())

        assert str(told.value) == reason
        assert len(xqueue.waiting) == 1

    def test_one_that_comes_without_a_session_is_told(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        xqueue.lose_sessions()
        xqueue.fail(Reply('{"return_code": 0, "content": "Logged in"}'), path=LOGIN)

        with pytest.raises(QueueUnreachable, match=r"^login_required, again"):
            queue.submit(a_submission())

        assert xqueue.jobs == []


class TestGivenAFaultAtALook:
    @pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=name_of)
    @pytest.mark.parametrize("path", [LOGIN, QUEUE_LENGTH])
    def test_it_is_told(
        self, xqueue: StandInXQueue, queue: XQueue, path: str, fault: Reply | Fault, reason: str
    ) -> None:
        xqueue.fail(fault, path=path)

        assert queue.find_fault() == reason


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.DRIBBLE, Fault.DRIBBLED_HEAD], ids=name_of)
class TestGivenNoAnswerInTime:
    def test_nobody_waits_longer_for_a_submission(self, xqueue: StandInXQueue, connect: Connect, fault: Fault) -> None:
        xqueue.fail(fault)
        began = time.monotonic()

        with pytest.raises(QueueUnreachable) as told:
            connect(timeout_s=0.2).submit(a_submission())
        waited_s = time.monotonic() - began
        connect().submit(a_submission())

        assert str(told.value) == TOO_LATE
        assert waited_s < MOST_S
        assert len(xqueue.waiting) == 1

    def test_nor_for_a_sign_in(self, xqueue: StandInXQueue, connect: Connect, fault: Fault) -> None:
        xqueue.fail(fault, path=LOGIN)

        found = connect(timeout_s=0.2).find_fault()

        assert found == TOO_LATE
        assert connect().find_fault() is None


class TestGivenNoServer:
    def test_it_is_told(self, connect: Connect) -> None:
        queue = connect(url=f"http://{HOST}:{free_port()}")

        with pytest.raises(QueueUnreachable) as told:
            queue.submit(a_submission())

        assert str(told.value) == NO_SERVER

    @pytest.mark.parametrize("host", ["x" * 70, "\u2603_\u00fc.test"])
    def test_a_host_that_no_name_server_could_know_is_told_apart(self, connect: Connect, host: str) -> None:
        queue = connect(url=f"http://{host}")

        with pytest.raises(QueueUnreachable) as told:
            queue.submit(a_submission())

        assert str(told.value) == f"{NO_SERVER} (no such address)"

    def test_one_without_tls_is_told_apart(self, xqueue: StandInXQueue, connect: Connect) -> None:
        queue = connect(url=xqueue.url.replace("http:", "https:"))

        fault = queue.find_fault()

        assert fault == f"{NO_SERVER} (no trusted TLS)"

    def test_the_job_goes_out_once_there_is_one(self, connect: Connect) -> None:
        port = free_port()
        queue = connect(url=f"http://{HOST}:{port}")
        with pytest.raises(QueueUnreachable):
            queue.submit(a_submission())

        with StandInXQueue(port=port) as xqueue:
            queue.submit(a_submission())

        assert len(xqueue.jobs) == 1


class TestGivenARedirect:
    def test_nothing_is_sent_where_it_leads(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        with StandInXQueue() as elsewhere:
            xqueue.fail(Reply("", 307, location=f"{elsewhere.url}{SUBMIT}"))

            with pytest.raises(QueueUnreachable, match=r"^unexpected HTTP status code \[307\]$"):
                queue.submit(a_submission())

        assert elsewhere.received == []


class TestGivenSecrets:
    @pytest.mark.parametrize(("fault", "reason"), FAULTS, ids=name_of)
    def test_no_fault_shows_them(self, xqueue: StandInXQueue, connect: Connect, fault: Fault, reason: str) -> None:
        queue = connect(password="hunter2", basic_auth="proxy:hunter2")
        xqueue.fail(fault, path=LOGIN)

        with pytest.raises(QueueUnreachable) as told:
            queue.submit(a_submission())

        shown = "".join(traceback.format_exception(told.value))
        assert reason in shown
        assert "hunter2" not in f"{shown} {queue!r} {vars(told.value)} {told.value.__cause__!r}"

    def test_no_log_shows_them(self, xqueue: StandInXQueue, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
        xqueue.password = "hunter2"
        caplog.set_level("DEBUG")

        connect(password="hunter2", basic_auth="proxy:hunter2").submit(a_submission())

        assert f"POST {xqueue.url}{LOGIN}" in caplog.text
        assert [shown for shown in ("hunter2", "cHJveHk6aHVudGVyMg") if shown in caplog.text] == []
