"""What do the tests of our XQueue client share?"""

from collections.abc import Callable, Iterator

import pytest

from tests.factories.queue_messages import COURSE, KEY
from tests.xqueue import StandInXQueue
from webapp.adapters.xqueue import XQueue
from webapp.domain.queue.requests import Submission, certificate_submission

Connect = Callable[..., XQueue]


@pytest.fixture
def xqueue() -> Iterator[StandInXQueue]:
    """An XQueue of the test's own."""
    with StandInXQueue() as xqueue:
        yield xqueue


@pytest.fixture
def connect(xqueue: StandInXQueue) -> Connect:
    """Makes a client of it, with anything changed."""

    def connect(**changed: object) -> XQueue:
        settings = {
            "url": xqueue.url,
            "username": xqueue.username,
            "password": xqueue.password,
            "queue_name": "certificates",
            **changed,
        }
        return XQueue(**settings)  # type: ignore[arg-type]  # tests change any of them

    return connect


@pytest.fixture
def queue(connect: Connect) -> XQueue:
    """A client of it that is not signed in yet."""
    return connect()


def a_submission(key: str = KEY, *, queue_name: str = "certificates", name: str = "Ada Lovelace") -> Submission:
    """One job."""
    return certificate_submission(
        key=key,
        username="ada",
        course_id=COURSE,
        course_name="Demonstration Course",
        name=name,
        grade="Pass",
        template_pdf="certificate-template-edX-DemoX.pdf",
        designation=None,
        base_url="http://desk.test",
        queue_name=queue_name,
    )
