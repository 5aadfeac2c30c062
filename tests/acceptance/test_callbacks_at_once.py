"""Is every answer of the queue applied exactly once, when 64 come at once and when the server is killed meanwhile?"""

import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session, joinedload

from tests.databases import KINDS, Databases
from tests.factories.certificates import DEMO_COURSE, KEY, make_certificate
from tests.servers import Server, serving
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.messages import CallbackInbox
from webapp.services import audit

PATH = "/update_certificate"
AT_ONCE = 64
SENDERS = 6
TRIES = 5
ROUNDS = 30
CERTIFICATES = 300
KILL_AFTER = (3, 90, 180, 290)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own."""
    with databases.own(request.param) as database:
        yield database.url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A way into the database beside the server's."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def body_of(username: str, key: str, verify_uuid: str) -> str:
    """A success as XQueue sends it."""
    header = {"lms_callback_url": f"http://desk{PATH}?key={key}", "lms_key": key, "queue_name": "certificates"}
    message = {
        "action": "create",
        "download_uuid": verify_uuid[::-1],
        "verify_uuid": verify_uuid,
        "username": username,
        "course_id": DEMO_COURSE,
        "url": f"https://certs.example.org/downloads/{verify_uuid[::-1]}/Certificate.pdf",
    }
    return urlencode({"xqueue_header": json.dumps(header), "xqueue_body": json.dumps(message)})


class TestGivenOneAnswerSentBy64AtOnce:
    def test_it_is_applied_once_and_everybody_is_answered(
        self, database_url: str, engine: Engine, tmp_path: Path
    ) -> None:
        with Session(engine) as session, session.begin():
            make_certificate(session)
        body, together = body_of("ada", KEY, "e" * 32), threading.Barrier(AT_ONCE)

        def send(server: Server) -> int:
            together.wait(30)
            return server.send("POST", f"{PATH}?key={KEY}", body)

        with serving(database_url, tmp_path / "server.log") as server, ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = list(pool.map(send, [server] * AT_ONCE))
            code = server.stop()

        assert Counter(statuses) == {200: AT_ONCE}
        assert code == 0
        with Session(engine) as session:
            certificate = session.scalars(select(GeneratedCertificate)).one()
            assert (certificate.status, certificate.verify_uuid) == (Status.DOWNLOADABLE, "e" * 32)
            assert Counter(session.scalars(select(CallbackInbox.outcome))) == {
                Outcome.APPLIED: 1,
                Outcome.DUPLICATE: AT_ONCE - 1,
            }
            assert len(session.scalars(select(CertificateTransition)).all()) == 1
            assert len(session.scalars(select(AuditEvent)).all()) == 1
            assert audit.verify(session).ok

    def test_of_64_rivals_one_is_applied(self, database_url: str, engine: Engine, tmp_path: Path) -> None:
        with Session(engine) as session, session.begin():
            make_certificate(session)
        together = threading.Barrier(AT_ONCE)

        def send(number: int) -> int:
            together.wait(30)
            return server.send("POST", PATH, body_of("ada", KEY, f"{number:032x}"))

        with serving(database_url, tmp_path / "server.log") as server, ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = list(pool.map(send, range(AT_ONCE)))

        assert Counter(statuses) == {200: AT_ONCE}
        with Session(engine) as session:
            taken = session.scalars(select(CallbackInbox.body).where(CallbackInbox.outcome == Outcome.APPLIED)).one()
            certificate = session.scalars(select(GeneratedCertificate)).one()
            assert certificate.verify_uuid == json.loads(str(taken))["verify_uuid"]
            assert Counter(session.scalars(select(CallbackInbox.outcome))) == {
                Outcome.APPLIED: 1,
                Outcome.CONFLICT: AT_ONCE - 1,
            }
            assert audit.verify(session).ok

    def test_answers_for_64_certificates_are_all_applied(
        self, database_url: str, engine: Engine, tmp_path: Path
    ) -> None:
        with Session(engine) as session, session.begin():
            for number in range(AT_ONCE):
                make_certificate(session, f"learner{number}", key=f"{number + 1:032x}")
        together = threading.Barrier(AT_ONCE)

        def send(number: int) -> int:
            together.wait(30)
            return server.send("POST", PATH, body_of(f"learner{number}", f"{number + 1:032x}", f"{number:032x}"))

        with serving(database_url, tmp_path / "server.log") as server, ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = list(pool.map(send, range(AT_ONCE)))

        assert Counter(statuses) == {200: AT_ONCE}
        with Session(engine) as session:
            assert set(session.scalars(select(GeneratedCertificate.status))) == {Status.DOWNLOADABLE}
            assert session.scalar(select(func.count()).select_from(AuditEvent)) == AT_ONCE
            assert audit.verify(session).ok

    def test_of_64_that_claim_one_public_id_one_gets_it(
        self, database_url: str, engine: Engine, tmp_path: Path
    ) -> None:
        with Session(engine) as session, session.begin():
            for number in range(AT_ONCE):
                make_certificate(session, f"learner{number}", key=f"{number + 1:032x}")
        together = threading.Barrier(AT_ONCE)

        def send(number: int) -> list[int]:
            body, statuses = body_of(f"learner{number}", f"{number + 1:032x}", "e" * 32), [0]
            together.wait(30)
            while statuses[-1] != 200 and len(statuses) <= TRIES:
                statuses.append(server.send("POST", PATH, body))
            return statuses[1:]

        with serving(database_url, tmp_path / "server.log") as server, ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = list(pool.map(send, range(AT_ONCE)))

        assert {tries[-1] for tries in statuses} == {200}
        assert {status for tries in statuses for status in tries} <= {200, 503}
        with Session(engine) as session:
            assert Counter(session.scalars(select(GeneratedCertificate.status))) == {
                Status.DOWNLOADABLE: 1,
                Status.GENERATING: AT_ONCE - 1,
            }
            assert Counter(session.scalars(select(CallbackInbox.outcome))) == {
                Outcome.APPLIED: 1,
                Outcome.ID_TAKEN: AT_ONCE - 1,
            }
            assert audit.verify(session).ok


class XQueue:
    """Sends answers by XQueue's rule: five tries back to back, and once more later, until one is answered with 200."""

    def __init__(self, server: Server, bodies: Sequence[str], after_each: Callable[[int], None]) -> None:
        """Send to the server; `after_each` is told how many were answered so far."""
        self._server = server
        self._bodies = bodies
        self._after_each = after_each
        self._lock = threading.Lock()
        self.answered: set[int] = set()
        self.tries = 0

    def work(self) -> None:
        """Send round after round, a server that is down being started again before each."""
        for _ in range(ROUNDS):
            pending = [number for number in range(len(self._bodies)) if number not in self.answered]
            if not pending:
                return
            if not self._server.answers():
                self._server.start()
            with ThreadPoolExecutor(SENDERS) as pool:
                list(pool.map(self._put_result, pending))

    def _put_result(self, number: int) -> None:
        if any(self._try(number) for _ in range(TRIES)):
            with self._lock:
                self.answered.add(number)
                total = len(self.answered)
            self._after_each(total)

    def _try(self, number: int) -> bool:
        self.tries += 1
        try:
            return self._server.send("POST", PATH, self._bodies[number]) == 200
        except (OSError, http.client.HTTPException):
            return False


class TestGivenAServerThatIsKilledAgainAndAgain:
    def test_every_answer_is_applied_exactly_once(self, database_url: str, engine: Engine, tmp_path: Path) -> None:
        with Session(engine) as session, session.begin():
            for number in range(CERTIFICATES):
                make_certificate(session, f"learner{number}", key=f"{number + 1:032x}")
        public_ids = {f"learner{number}": f"{number:032x}" for number in range(CERTIFICATES)}
        bodies = [
            body_of(username, f"{number + 1:032x}", public_id)
            for number, (username, public_id) in enumerate(public_ids.items())
        ]
        kills: list[int] = []

        def kill_sometimes(answered: int) -> None:
            if answered in KILL_AFTER:
                server.kill()
                kills.append(answered)

        with serving(database_url, tmp_path / "server.log") as server:
            xqueue = XQueue(server, bodies, kill_sometimes)
            xqueue.work()

        assert len(xqueue.answered) == CERTIFICATES
        assert kills == list(KILL_AFTER)
        assert xqueue.tries > CERTIFICATES
        with Session(engine) as session:
            rows = session.scalars(select(GeneratedCertificate).options(joinedload(GeneratedCertificate.learner))).all()
            assert Counter(row.status for row in rows) == {Status.DOWNLOADABLE: CERTIFICATES}
            assert {row.learner.username: row.verify_uuid for row in rows} == public_ids
            moves = select(CertificateTransition.certificate_id)
            assert Counter(session.scalars(moves)) == Counter(row.id for row in rows)
            applied = select(CallbackInbox.certificate_id).where(CallbackInbox.outcome == Outcome.APPLIED)
            assert Counter(session.scalars(applied)) == Counter(row.id for row in rows)
            assert set(session.scalars(select(CallbackInbox.outcome).distinct())) <= {
                Outcome.APPLIED,
                Outcome.DUPLICATE,
            }
            verdict = audit.verify(session)
            assert verdict.ok
            assert verdict.checked == CERTIFICATES
