"""Does a job get to XQueue whole, with a sign-in only where one is asked for?"""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories.queue_messages import KEY
from tests.integration.xqueue.conftest import Connect, a_submission
from tests.xqueue import StandInXQueue
from tests.xqueue_wire import LOGIN, LOGIN_REQUIRED, QUEUE_LENGTH, SUBMIT, TURNED_AWAY
from webapp.adapters.xqueue import XQueue
from webapp.logs import about
from webapp.ports import QueueRefused, QueueUnreachable, SignInRefused

THREADS = 8
JOBS = 40


def paths(xqueue: StandInXQueue) -> list[str]:
    return [request.path for request in xqueue.received]


class TestGivenNobodySignedIn:
    def test_the_first_job_signs_in(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        queue.submit(a_submission())

        assert paths(xqueue) == [SUBMIT, LOGIN, SUBMIT]
        assert xqueue.received[1].form == {"username": "lms", "password": "lms-pass"}

    @pytest.mark.parametrize("name", ["Ada Lovelace", "李明 😀", "a&b=c+d%20e"])
    def test_the_job_arrives_letter_for_letter(self, xqueue: StandInXQueue, queue: XQueue, name: str) -> None:
        submission = a_submission(name=name)

        queue.submit(submission)

        (job,) = xqueue.waiting
        assert (job.header, job.body) == (submission.header, submission.body)
        assert (job.key, job.message["name"]) == (KEY, name)


class TestGivenARequestThatAJobIsFor:
    def test_its_id_goes_with_every_call(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        with about("request-7"):
            queue.submit(a_submission())
        with about(""):
            queue.submit(a_submission())

        assert [request.headers.get("X-Request-ID") for request in xqueue.received] == ["request-7"] * 3 + [None]


class TestGivenASession:
    def test_no_job_signs_in_again(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        queue.submit(a_submission("a" * 32))

        queue.submit(a_submission("b" * 32))

        assert paths(xqueue) == [SUBMIT, LOGIN, SUBMIT, SUBMIT]
        assert [job.key for job in xqueue.waiting] == ["a" * 32, "b" * 32]

    def test_a_lost_one_is_replaced_and_the_job_sent_once_more(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        queue.submit(a_submission("a" * 32))
        xqueue.lose_sessions()

        queue.submit(a_submission("b" * 32))

        assert paths(xqueue)[3:] == [SUBMIT, LOGIN, SUBMIT]
        assert [job.key for job in xqueue.waiting] == ["a" * 32, "b" * 32]

    def test_the_words_login_required_count_as_the_redirect_does(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        xqueue.fail(LOGIN_REQUIRED)

        queue.submit(a_submission())

        assert paths(xqueue) == [SUBMIT, LOGIN, SUBMIT]
        assert len(xqueue.jobs) == 1

    def test_one_that_never_holds_is_given_up(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        xqueue.fail(TURNED_AWAY, times=2)

        with pytest.raises(QueueUnreachable, match=r"^login_required, again, right after a sign-in$"):
            queue.submit(a_submission())

        assert paths(xqueue) == [SUBMIT, LOGIN, SUBMIT]


class TestGivenTheSameJobTwice:
    def test_the_later_takes_the_earlier_one_s_place(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        queue.submit(a_submission())

        queue.submit(a_submission())

        assert [job.retired for job in xqueue.jobs] == [True, False]


class TestGivenARefusal:
    def test_it_is_final_and_in_xqueues_own_words(self, queue: XQueue) -> None:
        with pytest.raises(QueueRefused, match=r"^Queue 'nope' not found$"):
            queue.submit(a_submission(queue_name="nope"))

    @pytest.mark.parametrize("header", ["", "{}", "[]", '{"lms_key": "k", "queue_name": "certificates"}'])
    def test_so_is_a_header_that_it_cannot_read(self, queue: XQueue, header: str) -> None:
        submission = type(a_submission())(header, "{}")

        with pytest.raises(QueueRefused, match=r"^Queue request has invalid format$"):
            queue.submit(submission)


class TestGivenWrongCredentials:
    @pytest.mark.parametrize("changed", [{"username": "sml"}, {"password": "hunter2"}])
    def test_the_job_is_not_refused_for_that(
        self, xqueue: StandInXQueue, connect: Connect, changed: dict[str, str]
    ) -> None:
        queue = connect(**changed)

        with pytest.raises(SignInRefused) as told:
            queue.submit(a_submission())

        assert str(told.value) == (
            "XQueue refused our sign-in (Incorrect login credentials); an operator must correct "
            "CERTDESK_XQUEUE_USERNAME and CERTDESK_XQUEUE_PASSWORD"
        )
        assert queue.find_fault() == str(told.value)

        assert (paths(xqueue), xqueue.jobs) == ([SUBMIT, LOGIN, LOGIN], [])

    def test_once_they_are_right_it_goes_out(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        xqueue.password = "another"
        with pytest.raises(QueueUnreachable):
            queue.submit(a_submission())
        xqueue.password = "lms-pass"

        queue.submit(a_submission())

        assert len(xqueue.jobs) == 1


class TestGivenBasicAuth:
    def test_every_request_carries_it(self, xqueue: StandInXQueue, connect: Connect) -> None:
        queue = connect(basic_auth="proxy:pass:wörd")

        queue.submit(a_submission())

        sent = {request.headers["Authorization"] for request in xqueue.received}
        assert sent == {f"Basic {base64.b64encode('proxy:pass:wörd'.encode()).decode()}"}

    def test_without_it_nothing_is_sent(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        queue.submit(a_submission())

        assert [request.headers.get("Authorization") for request in xqueue.received] == [None] * 3


class TestGivenSeveralThreads:
    @pytest.mark.parametrize("signed_in", [False, True])
    def test_every_job_arrives_once(self, xqueue: StandInXQueue, queue: XQueue, signed_in: bool) -> None:
        keys = [f"{number:032x}" for number in range(JOBS)]
        if signed_in:
            queue.find_fault()
            xqueue.lose_sessions()

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(lambda key: queue.submit(a_submission(key)), keys))

        assert sorted(job.key for job in xqueue.waiting) == keys
        assert 1 <= paths(xqueue).count(LOGIN) <= 1 + THREADS


class TestGivenALook:
    def test_a_queue_that_is_there_has_no_fault(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        fault = queue.find_fault()

        assert fault is None
        assert paths(xqueue) == [LOGIN, f"{QUEUE_LENGTH}?queue_name=certificates"]

    def test_it_leaves_no_job_behind(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        queue.find_fault()

        assert xqueue.jobs == []

    def test_an_unknown_queue_is_told_in_xqueues_words(self, connect: Connect) -> None:
        fault = connect(queue_name="cerificates").find_fault()

        assert fault == "Valid queue names are: certificates, test-pull"

    def test_wrong_credentials_are_told(self, connect: Connect) -> None:
        fault = connect(password="hunter2").find_fault()

        assert fault is not None
        assert fault.startswith("XQueue refused our sign-in (Incorrect login credentials); an operator must correct ")
