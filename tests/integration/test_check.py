"""Is it said of each thing that the settings name whether it is there?"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.badge_server import ISSUER, TOKEN, StandInBadgeServer
from tests.fakes import NOON, FakeAttempts, FakeBadgeServer, FakeMailer, FakeQueue, FakeStream
from tests.identity_provider import CLIENT_ID, IdentityProvider
from tests.mail_server import StandInMailServer
from tests.xqueue import StandInXQueue
from webapp.adapters.xqueue import XQueue
from webapp.app import create_app
from webapp.domain.actors import Actor
from webapp.mail_server import parse_mail_server
from webapp.ports import BadgeServerUnreachable, CertificateQueue, MailUnsent, Ports, QueueUnreachable, Undelivered
from webapp.services.badges import keys
from webapp.services.installation.check import Finding, check
from webapp.settings import Settings

SUBJECT = "CERTDESK_XQUEUE_URL"
KEY = "signing key of badges"


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


class TestGivenABadgeServer:
    @pytest.mark.parametrize(
        ("fault", "text"),
        [
            (None, "answers, takes the token and has our issuer"),
            (BadgeServerUnreachable("no way"), "no way"),
        ],
    )
    def test_it_is_tried(
        self, session: Session, settings: Settings, fault: BadgeServerUnreachable | None, text: str
    ) -> None:
        findings = check(settings, session, Ports(attempts=FakeAttempts(), badge_server=FakeBadgeServer(fault)))

        assert Finding("CERTDESK_BADGE_SERVER_URL", fault is None, text) in findings

    def test_an_application_has_the_one_that_its_settings_name(self, settings: Settings) -> None:
        with StandInBadgeServer() as server:
            named = replace(settings, badge_server_url=server.url, badge_server_token=TOKEN, badge_server_issuer=ISSUER)
            fault = create_app(named).extensions["ports"].badge_server.find_fault()

        assert (fault, server.asked) == (None, ["GET issuer"])


class TestGivenAMailServer:
    @pytest.mark.parametrize(
        ("mailer", "finding"),
        [
            (FakeMailer(), Finding("CERTDESK_SMTP_URL", ok=True, text="answers")),
            (FakeMailer(MailUnsent("no way")), Finding("CERTDESK_SMTP_URL", ok=False, text="no way")),
        ],
    )
    def test_it_is_tried(self, session: Session, settings: Settings, mailer: FakeMailer, finding: Finding) -> None:
        findings = check(settings, session, Ports(attempts=FakeAttempts(), mailer=mailer))

        assert finding in findings

    def test_an_application_has_the_one_that_its_settings_name(self, settings: Settings) -> None:
        with StandInMailServer("desk", "word") as server:
            named = replace(settings, smtp_url=parse_mail_server(server.url))
            fault = create_app(named).extensions["ports"].mailer.find_fault()

        assert (fault, set(server.greeted_by)) == (None, {"desk.test"})

    def test_or_none(self, session: Session, settings: Settings) -> None:
        ports = create_app(settings).extensions["ports"]

        assert ports.mailer is None
        assert "CERTDESK_SMTP_URL" not in {finding.subject for finding in check(settings, session, ports)}


class TestGivenAKeyThatSignsBadges:
    def test_it_is_opened_with_the_secret_that_is_set(self, session: Session, settings: Settings) -> None:
        kid = keys.rotate(session, Actor("sam"), secret=settings.require_secret_key(), now=NOON).kid
        ports = Ports(attempts=FakeAttempts())

        found = check(settings, session, ports)
        changed = check(replace(settings, secret_key="another-secret-of-no-one"), session, ports)
        unset = check(replace(settings, secret_key=None), session, ports)

        assert Finding(KEY, ok=True, text=f"{kid} can be opened") in found
        (finding,) = [one for one in changed if one.subject == KEY]
        assert not finding.ok
        assert "certdesk badges rotate-key" in finding.text
        assert KEY not in {one.subject for one in unset}

    def test_nothing_is_said_of_one_that_nobody_needed_yet(self, session: Session, settings: Settings) -> None:
        assert KEY not in {one.subject for one in check(settings, session, Ports(attempts=FakeAttempts()))}


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


class TestGivenAKafka:
    @pytest.mark.parametrize(
        ("stream", "finding"),
        [
            (FakeStream(), Finding("CERTDESK_KAFKA_BOOTSTRAP_SERVERS", ok=True, text="answers")),
            (
                FakeStream({"any": Undelivered("no way")}),
                Finding("CERTDESK_KAFKA_BOOTSTRAP_SERVERS", ok=False, text="no way"),
            ),
        ],
    )
    def test_it_is_tried(self, session: Session, settings: Settings, stream: FakeStream, finding: Finding) -> None:
        findings = check(settings, session, Ports(attempts=FakeAttempts(), stream=stream))

        assert finding in findings

    def test_an_application_has_the_one_that_its_settings_name(self, settings: Settings) -> None:
        named = replace(settings, kafka_bootstrap_servers="127.0.0.1:1")

        fault = create_app(named).extensions["ports"].stream.find_fault()

        assert "Connection refused" in fault

    def test_one_without_loads_no_client(self, tmp_path: Path) -> None:
        program = "import sys; from webapp.app import create_app; create_app(); print('confluent_kafka' in sys.modules)"

        told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)

        assert told.stdout == "False\n"


@pytest.mark.any_database
class TestGivenAProvider:
    def test_it_is_asked_who_it_is(self, session: Session, settings: Settings) -> None:
        with IdentityProvider() as provider:
            named = replace(settings, oidc_issuer=provider.issuer, oidc_client_id=CLIENT_ID)
            good = check(named, session, create_app(named).extensions["ports"])
            provider.metadata["issuer"] = "https://evil.test"
            wrong = check(named, session, create_app(named).extensions["ports"])
            provider.metadata, provider.keys = {}, []
            keyless = check(named, session, create_app(named).extensions["ports"])

        subject = "CERTDESK_OIDC_ISSUER"
        assert Finding(subject, ok=True, text="answers, is who it says, and has keys") in good
        assert (
            Finding(subject, ok=False, text="the provider calls itself otherwise than CERTDESK_OIDC_ISSUER does")
            in wrong
        )
        assert Finding(subject, ok=False, text="the provider has no key that we can verify with") in keyless
