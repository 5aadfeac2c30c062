"""What does Prometheus learn of the service, from whom, and never about whom?"""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories import queue_messages
from tests.factories.candidates import make_candidate, make_run
from tests.factories.certificates import make_certificate, make_course, make_learner
from tests.factories.deliveries import send
from tests.factories.letters import make_letter
from tests.factories.messages import make_delivery, make_entry
from tests.factories.orders import an_order
from tests.fakes import FakeAttempts
from tests.servers import free_port
from webapp import clock, create_app
from webapp.adapters.metering.late import LateMeter
from webapp.domain.bus.letters import Taken
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors import UnknownLearner
from webapp.models.base import db, unit_of_work
from webapp.models.bus import DeadLetter
from webapp.models.messages import JobLease
from webapp.models.watching.figures import StatusFigure
from webapp.ports import Ports
from webapp.services.bus import counting
from webapp.services.bus.counting import Behind
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel
from webapp.services.watching.counting import COUNTED
from webapp.settings import Settings

TOKEN = "a-token-of-a-scraper"
LINE = re.compile(r"^(?P<name>[a-z_:]+(?:\{.*\})?) (?P<value>\S+)$", re.MULTILINE)


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with a meter of its own."""
    app.extensions["ports"] = Ports(attempts=FakeAttempts(), meter=LateMeter(lambda: db.engine.pool))
    return app


def undo(course: CourseId) -> None:
    with unit_of_work() as session:
        acts.generate(session, an_order(), "ada", course)
        acts.generate(session, an_order(), "nobody", course)


def scrape(app: Flask) -> Mapping[str, float]:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    return {line["name"]: float(line["value"]) for line in LINE.finditer(answer.text)}


class TestGivenRequests:
    pytestmark = pytest.mark.any_database

    def test_they_are_counted_by_pattern_and_never_by_what_was_asked_for(self, app: Flask) -> None:
        client = app.test_client()
        client.get(f"/certificates/{'0' * 32}")
        client.get(f"/certificates/{'1' * 32}")
        client.get("/learners/grace@example.org?q=grace")
        client.get("/grace@example.org")
        client.open("/healthz", method="PURGE")

        page = client.get("/metrics").text

        numbers = {line["name"]: float(line["value"]) for line in LINE.finditer(page)}
        counted = {name: value for name, value in numbers.items() if name.startswith("certsvc_http_requests_total")}
        assert sum(value for name, value in counted.items() if "/certificates/<" in name) == 2
        assert counted['certsvc_http_requests_total{method="GET",route="none",status="404"}'] == 1
        assert counted['certsvc_http_requests_total{method="other",route="none",status="405"}'] == 1
        assert 'certsvc_http_request_duration_seconds_bucket{le="5.0",method="GET",route="none"}' in page
        assert [word for word in ("grace", "example.org", "0" * 32) if word in page] == []

    def test_connections_that_are_held_come_back(self, app: Flask) -> None:
        app.test_client().get("/readyz")

        numbers = scrape(app)

        assert numbers["certsvc_db_connections_in_use"] == 0


class TestGivenDeliveries:
    def test_they_are_counted_by_outcome_and_what_is_issued_by_them_too(self, app: Flask, session: Session) -> None:
        make_certificate(session)
        session.commit()
        client = app.test_client()
        client.get("/healthz")

        for body in (queue_messages.success(), queue_messages.success(), None):
            send(client, body)
        client.post("/update_certificate", data={"nothing": "1"})

        numbers = scrape(app)
        assert numbers['certsvc_callbacks_total{outcome="applied"}'] == 1
        assert numbers['certsvc_callbacks_total{outcome="duplicate"}'] == 1
        assert numbers['certsvc_callbacks_total{outcome="unreadable"}'] == 1
        assert numbers['certsvc_callbacks_total{outcome="invalid_body"}'] == 1
        assert numbers['certsvc_callbacks_total{outcome="conflict"}'] == 0
        assert numbers['certsvc_issue_total{result="issued"}'] == 1


class TestGivenVerdicts:
    def test_what_came_of_them_is_counted_once_it_is_committed(self, app: Flask, session: Session) -> None:
        course = CourseId(make_run(session).course_id)
        make_candidate(session, "ada")
        make_candidate(session, "emmy", passed=False)
        session.commit()
        scrape(app)

        with app.app_context():
            with pytest.raises(UnknownLearner):
                undo(course)
            for username in ("ada", "ada", "emmy"):
                with unit_of_work() as session:
                    acts.generate(session, an_order(), username, course)

        numbers = scrape(app)
        issue = {result: numbers[f'certsvc_issue_total{{result="{result}"}}'] for result in ("issued", "refused")}
        assert issue == {"issued": 1, "refused": 2}


class TestGivenWhatLiesInTheDatabase:
    @pytest.mark.parametrize(("minutes", "told"), [(0, 77), (2, 1)])
    def test_certificates_are_told_as_they_were_counted_just_now_and_counted_otherwise(
        self, app: Flask, session: Session, minutes: int, told: int
    ) -> None:
        make_certificate(session)
        at = clock.now() - timedelta(minutes=minutes)
        session.add(StatusFigure(status=Status.GENERATING, number=77, at=at))
        session.commit()

        numbers = scrape(app)

        assert numbers['certsvc_certificates{status="generating"}'] == told

    def test_it_is_read_at_each_look(self, app: Flask, session: Session) -> None:
        now = clock.now()
        long_ago = now - timedelta(hours=1)
        make_certificate(session, at=long_ago)
        make_certificate(session, "emmy", status=Status.DOWNLOADABLE, key="", verify_uuid="e" * 32)
        make_certificate(session, "grace", status=Status.DELETING, key="imported", at=long_ago)
        make_delivery(session, received_at=now - timedelta(minutes=2))
        make_entry(session, created_at=long_ago, next_try_at=now)
        make_entry(session, channel=Channel.MAIL.value, created_at=now, next_try_at=now, sent_at=now)
        session.add(JobLease(job="sweep", holder="x", until=long_ago, finished_at=long_ago))
        session.commit()

        numbers = scrape(app)

        assert numbers['certsvc_certificates{status="generating"}'] == 1
        assert numbers['certsvc_certificates{status="downloadable"}'] == 1
        assert numbers['certsvc_certificates{status="error"}'] == 0
        assert numbers["certsvc_stuck_certificates"] == 1
        assert numbers["certsvc_inbox_waiting"] == 1
        assert numbers["certsvc_inbox_lag_seconds"] == pytest.approx(120, abs=30)
        assert numbers['certsvc_outbox_waiting{channel="xqueue"}'] == 1
        assert numbers["certsvc_outbox_oldest_seconds"] == pytest.approx(3600, abs=30)
        assert numbers['certsvc_job_last_finished_timestamp_seconds{job="sweep"}'] == pytest.approx(
            long_ago.timestamp()
        )
        assert numbers["certsvc_database_readable"] == 1

    def test_how_far_the_consumer_is_behind_is_told(self, app: Flask, session: Session) -> None:
        before = scrape(app)
        counting.note_behind(session, [Behind("exams", 3, 17)], topics=["exams"], now=clock.now())
        counting.count(session, [("a.type", Taken.APPLIED), ("another.type", Taken.APPLIED)], now=clock.now())
        session.commit()

        numbers = scrape(app)

        assert [name for name in before if "consumer" in name] == []
        assert numbers['certsvc_consumer_lag_messages{partition="3",topic="exams"}'] == 17
        assert numbers['certsvc_events{outcome="applied"}'] == 2
        assert numbers["certsvc_dead_letters"] == 0

    def test_of_very_many_open_letters_it_is_told_that_there_are_more(self, app: Flask, session: Session) -> None:
        counting.note_behind(session, [Behind("exams", 3, 17)], topics=["exams"], now=clock.now())
        make_letter(session, offset=0)
        columns = ", ".join(f'"{one.name}"' for one in DeadLetter.__table__.c if one.name not in ("id", "offset"))
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) SELECT i FROM n"
        more = f'INSERT INTO dead_letter ("offset", {columns}) SELECT i, {columns} FROM ({numbers}) AS n, dead_letter'  # noqa: S608 - our own words
        session.execute(text(more), {"many": COUNTED + 5})
        session.commit()

        found = scrape(app)

        assert (found["certsvc_dead_letters"], found["certsvc_events_waiting"]) == (COUNTED + 1, 0)
        assert counting.read_standing(session).dead == COUNTED + 6

    def test_of_very_many_certificates_it_is_told_about_how_many(self, app: Flask, session: Session) -> None:
        course, learner = make_course(session), make_learner(session)
        columns = "learner_id, course_id, status, mode, name, grade, key, verify_uuid, download_uuid, download_url, error_reason, distinction, created_at, modified_at"
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) SELECT i FROM n"
        session.execute(
            text(
                f"INSERT INTO generated_certificate ({columns}) "  # noqa: S608 - our own words
                f"SELECT :learner, :course || i, CASE i % 3 WHEN 0 THEN 'notpassing' ELSE 'downloadable' END, 'honor', "
                f"'', '', '', '', '', '', '', :no, :now, :now FROM ({numbers}) AS numbers"
            ),
            {"many": 3 * COUNTED, "learner": learner.id, "course": course.course_id, "no": False, "now": clock.now()},
        )
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()

        found = scrape(app)

        assert found['certsvc_certificates{status="downloadable"}'] == pytest.approx(2 * COUNTED, rel=0.05)
        assert found['certsvc_certificates{status="notpassing"}'] == COUNTED
        assert found['certsvc_certificates{status="error"}'] == 0


def app_with(**settings: object) -> Flask:
    gone = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    meter = LateMeter(lambda: db.engine.pool)
    return create_app(
        Settings(database_url=gone, secret_key="not-a-secret-of-anyone", **settings),  # type: ignore[arg-type]  # any of them
        Ports(attempts=FakeAttempts(), meter=meter),
    )


class TestGivenADatabaseThatIsAway:
    def test_the_rest_is_told_and_that_it_is_away(self) -> None:
        numbers = scrape(app_with())

        assert numbers["certsvc_database_readable"] == 0
        assert "certsvc_stuck_certificates" not in numbers
        assert numbers['certsvc_callbacks_total{outcome="applied"}'] == 0


class TestGivenSettings:
    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer ü"}])
    def test_with_a_token_nobody_else_may_look(self, headers: dict[str, str]) -> None:
        client = app_with(metrics_token=TOKEN).test_client()

        refused, allowed = (
            client.get("/metrics", headers=headers),
            client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}),
        )

        assert (refused.status_code, allowed.status_code) == (401, 200)
        assert "certsvc" not in refused.text

    def test_switched_off_there_is_nothing(self) -> None:
        client = app_with(metrics=False).test_client()

        assert client.get("/metrics").status_code == 404
