"""Is it said of each thing that the settings name whether it is there?"""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.fakes import FakeAttempts, FakeQueue
from tests.xqueue import StandInXQueue
from webapp.adapters.xqueue import XQueue
from webapp.app import create_app
from webapp.ports import CertificateQueue, Ports, QueueUnreachable
from webapp.services.check import Finding, check
from webapp.settings import Settings

SUBJECT = "CERTDESK_XQUEUE_URL"


class TestGivenAQueue:
    @pytest.mark.parametrize(
        ("queue", "finding"),
        [
            (FakeQueue(), Finding(SUBJECT, ok=True, text="answers, takes the sign-in and has the queue")),
            (FakeQueue(QueueUnreachable("no way")), Finding(SUBJECT, ok=False, text="no way")),
        ],
    )
    def test_it_is_tried(self, session: Session, settings: Settings, queue: CertificateQueue, finding: Finding) -> None:
        findings = check(settings, session, Ports(attempts=FakeAttempts(), queue=queue))

        assert finding in findings


class TestGivenNoQueue:
    def test_nothing_is_said_of_it(self, session: Session, settings: Settings) -> None:
        findings = check(settings, session, Ports(attempts=FakeAttempts()))

        assert SUBJECT not in {finding.subject for finding in findings}


class TestGivenSettings:
    def test_an_application_has_the_queue_that_they_name(self, settings: Settings) -> None:
        with StandInXQueue() as xqueue:
            named = replace(
                settings,
                xqueue_url=xqueue.url,
                xqueue_username="lms",
                xqueue_password="lms-pass",
                xqueue_queue="test-pull",
                xqueue_basic_auth="proxy:word",
            )
            queue = create_app(named).extensions["ports"].queue

            fault = queue.find_fault()

        assert (type(queue), fault) == (XQueue, None)
        assert xqueue.received[1].path.endswith("?queue_name=test-pull")
        assert xqueue.received[1].headers["Authorization"].startswith("Basic ")

    def test_or_none(self, settings: Settings) -> None:
        ports = create_app(settings).extensions["ports"]

        assert ports.queue is None
