"""Does the stand-in lose jobs, and deliver answers, where XQueue would?"""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.queue_messages import KEY
from tests.integration.xqueue.conftest import Connect, a_submission
from tests.servers import HOST, free_port
from tests.xqueue import ATTEMPTS, NO_ANSWER, Job, StandInXQueue
from tests.xqueue_wire import ERROR_PAGE, HTML_PAGE, LOGIN, NOT_FOUND, SUBMIT, Reply
from webapp.adapters.xqueue import XQueue
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.requests import Submission
from webapp.models.certificates import GeneratedCertificate
from webapp.ports import QueueUnreachable

RESULT = {"username": "ada"}
FIELDS = ["xqueue_header", "xqueue_body"]


def a_header(url: str | None, key: str = KEY) -> str:
    return json.dumps({"lms_callback_url": url, "lms_key": key, "queue_name": "certificates"})


class TestGivenTwoJobs:
    @pytest.mark.parametrize(("ends", "waiting"), [(("a", "b"), ["b"]), (("", ""), ["b"])])
    def test_equal_callback_urls_as_far_as_it_looks_retire_the_earlier(
        self, xqueue: StandInXQueue, queue: XQueue, ends: tuple[str, str], waiting: list[str]
    ) -> None:
        for key, end in zip("ab", ends, strict=True):
            queue.submit(Submission(a_header("http://desk.test/".ljust(128, "x") + end, key), "{}"))

        assert [job.key for job in xqueue.waiting] == waiting

    def test_any_difference_before_keeps_both(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        for key in "ab":
            queue.submit(Submission(a_header("http://desk.test/".ljust(127, "x") + key, key), "{}"))

        assert [job.key for job in xqueue.waiting] == ["a", "b"]


class TestGivenWhatItCannotKeep:
    @pytest.mark.parametrize(
        "submission",
        [
            Submission(a_header(None), "{}"),
            Submission(a_header("http://desk.test/").ljust(1025), "{}"),
            Submission(a_header("http://desk.test/"), "x" * 2_700_000),
        ],
        ids=["no callback", "long header", "long form"],
    )
    def test_it_fails_as_xqueue_does(self, queue: XQueue, submission: Submission) -> None:
        with pytest.raises(QueueUnreachable, match=r"^unexpected HTTP status code \[500\]$"):
            queue.submit(submission)

    def test_a_header_of_the_full_length_is_kept(self, xqueue: StandInXQueue, queue: XQueue) -> None:
        queue.submit(Submission(a_header("http://desk.test/").ljust(1024), "{}"))

        assert len(xqueue.jobs) == 1


class TestGivenAnAnswer:
    def test_it_goes_to_the_callback_url_with_the_header_as_it_came(self, xqueue: StandInXQueue) -> None:
        with StandInXQueue() as desk:
            job = Job(1, a_header(f"{desk.url}/update_certificate?key={KEY}"), "{}")

            statuses = xqueue.answer(job, RESULT)

        assert statuses == [404] * ATTEMPTS
        (request, *_) = desk.received
        assert (request.method, request.path) == ("POST", f"/update_certificate?key={KEY}")
        assert list(request.form.items()) == list(zip(FIELDS, [job.header, json.dumps(RESULT)], strict=True))

    @pytest.mark.parametrize(
        ("replies", "statuses", "retired"),
        [
            ([HTML_PAGE], [200], True),
            ([ERROR_PAGE] * 4 + [HTML_PAGE], [500] * 4 + [200], True),
            ([ERROR_PAGE] * 4 + [NOT_FOUND, HTML_PAGE], [500] * 4 + [404], False),
            ([Reply("", 204)] * 5, [204] * 5, False),
        ],
    )
    def test_it_is_tried_until_one_is_200(
        self, xqueue: StandInXQueue, replies: list[Reply], statuses: list[int], retired: bool
    ) -> None:
        job = Job(1, a_header("http://elsewhere.test/update_certificate?key=k"), "{}")

        with StandInXQueue() as desk:
            for reply in replies:
                desk.fail(reply, path="/update_certificate")
            answered = xqueue.answer(job, "any text", to=desk.url)

        assert (answered, job.retired) == (statuses, retired)

    def test_nobody_there_is_no_answer(self, xqueue: StandInXQueue) -> None:
        job = Job(1, a_header(f"http://{HOST}:{free_port()}/update_certificate?key=k"), "{}")

        statuses = xqueue.answer(job, RESULT)

        assert (statuses, job.retired) == ([NO_ANSWER] * ATTEMPTS, False)

    @pytest.mark.parametrize(
        ("failed", "status", "reason"), [(False, Status.DOWNLOADABLE, ""), (True, Status.ERROR, "no font")]
    )
    def test_it_settles_the_certificate(
        self,
        xqueue: StandInXQueue,
        queue: XQueue,
        client: FlaskClient,
        session: Session,
        failed: bool,
        status: Status,
        reason: str,
    ) -> None:
        certificate = make_certificate(session, key=KEY)
        session.commit()
        queue.submit(a_submission())
        (job,) = xqueue.wait_for(1)

        statuses = xqueue.answer(job, job.failure("no font") if failed else job.success(), to=client)

        session.expire_all()
        row = session.get_one(GeneratedCertificate, certificate.id)
        assert (statuses, xqueue.waiting) == ([200], [])
        assert (row.status, row.error_reason) == (status, reason)


class TestGivenAWait:
    def test_what_does_not_come_is_told(self, xqueue: StandInXQueue) -> None:
        with pytest.raises(TimeoutError, match=r"^0 of 1 jobs came$"):
            xqueue.wait_for(1, timeout_s=0.01)


class TestGivenARestart:
    def test_jobs_stay_and_the_address_too(self, connect: Connect) -> None:
        xqueue = StandInXQueue(port=free_port())
        with xqueue:
            queue = connect(url=xqueue.url)
            queue.submit(a_submission("a" * 32))

        with xqueue:
            queue.submit(a_submission("b" * 32))

        assert [job.key for job in xqueue.waiting] == ["a" * 32, "b" * 32]
        assert [one.path for one in xqueue.received] == [SUBMIT, LOGIN, SUBMIT, SUBMIT]
