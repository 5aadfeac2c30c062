"""What do `certdesk events` and `certdesk check-config` say of the bus?"""

import json
import signal
from dataclasses import replace

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from tests.factories import events
from tests.factories.events import ENROLLED, message
from tests.factories.letters import make_letter
from tests.fakes import FakeAttempts, FakeBus
from tests.integration.bus.incoming.follower import Follower
from webapp import clock, create_app
from webapp.__main__ import program
from webapp.domain.bus.letters import Taken
from webapp.ports import Ports
from webapp.ports.bus import BusFault
from webapp.services.installation.check import Finding, check
from webapp.settings import Settings
from webapp.tasks.jobs import AT_ONCE, incoming, run_job

pytestmark = pytest.mark.any_database


class TestGivenABus:
    def test_what_it_tells_is_taken_until_the_deadline(self, follower: Follower) -> None:
        follower.bus.waiting = [message(ENROLLED, events.enrollment(), at=clock.now())]
        usual = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]

        ran = FlaskCliRunner(follower.app).invoke(
            program, ["events", "consume", "--deadline", "1"], obj=lambda: follower.app
        )

        assert (ran.exit_code, ran.stdout.splitlines()[-1]) == (0, "1 events: 1 applied.")
        assert len(follower.state()["enrollments"]) == 1
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == usual

    def test_one_that_never_answers_is_told_and_fails_the_command_and_the_job(self, follower: Follower) -> None:
        follower.bus.away = True
        follower.bus.waiting = [message(ENROLLED, events.enrollment(), at=clock.now())]
        follower.sets(kafka_topics=("learning",), consume_deadline_seconds=1)
        (job,) = incoming(follower.app.extensions["settings"])

        ran = FlaskCliRunner(follower.app).invoke(
            program, ["events", "consume", "--deadline", "1"], obj=lambda: follower.app
        )
        of_the_job = run_job(follower.app, job, "this one", rest=AT_ONCE)
        follower.bus.away = False
        afterwards = follower.consumes()

        assert (ran.exit_code, of_the_job) == (1, None)
        assert ran.stderr.startswith("No events could be taken: no broker answers. Nothing is lost")
        assert afterwards == {Taken.APPLIED: 1}

    def test_it_says_how_far_we_are(self, follower: Follower, session: Session) -> None:
        follower.consumes(message(ENROLLED, events.enrollment(), at=clock.now()))
        make_letter(session)
        session.commit()
        runner = FlaskCliRunner(follower.app)

        told = runner.invoke(program, ["events", "status"], obj=lambda: follower.app).stdout
        as_json = json.loads(runner.invoke(program, ["events", "status", "--json"], obj=lambda: follower.app).stdout)

        assert "; 1 dead letter." in told
        assert (as_json["behind"], as_json["dead_letters"], as_json["waiting"]) == (0, 1, 0)
        assert as_json["counts"] == [{"type": ENROLLED, "outcome": "applied", "number": 1}]

    @pytest.mark.parametrize(
        ("fault", "finding"),
        [
            (None, Finding("CERTDESK_KAFKA_TOPICS", ok=True, text="answers, and has every topic")),
            (BusFault("no way"), Finding("CERTDESK_KAFKA_TOPICS", ok=False, text="no way")),
        ],
    )
    def test_it_is_tried(self, session: Session, settings: Settings, fault: BusFault | None, finding: Finding) -> None:
        bus = FakeBus()
        bus.fault = fault

        assert finding in check(settings, session, Ports(FakeAttempts(), events=bus))

    def test_an_application_has_the_one_that_its_settings_name(self, settings: Settings) -> None:
        named = replace(settings, kafka_bootstrap_servers="127.0.0.1:1", kafka_topics=("learning",))

        assert create_app(named).extensions["ports"].events is not None
        assert create_app(replace(named, kafka_topics=())).extensions["ports"].events is None


class TestGivenNone:
    def test_the_command_says_what_is_missing(self, follower: Follower) -> None:
        follower.app.extensions["ports"] = Ports(FakeAttempts())

        ran = FlaskCliRunner(follower.app).invoke(program, ["events", "consume"], obj=lambda: follower.app)

        assert ran.exit_code == 1
        assert "CERTDESK_KAFKA_TOPICS say from where" in ran.stderr
