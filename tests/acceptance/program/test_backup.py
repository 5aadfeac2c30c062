"""Is everything there again after a backup was restored, and does what had left not leave a second time?"""

import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session

from tests.acceptance.program.terminal import SECRET, certdesk, one_line
from tests.databases import KINDS, Database, Databases, PostgresqlDatabase, missing
from tests.factories.certificates import make_certificate
from tests.factories.messages import make_entry
from tests.fakes import FakeAttempts
from tests.xqueue import StandInXQueue
from webapp import clock, create_app
from webapp.domain.actors import Actor
from webapp.domain.queue.requests import certificate_submission
from webapp.models.base import db, unit_of_work
from webapp.models.messages import Outbox
from webapp.ports import Ports
from webapp.services import audit
from webapp.settings import Settings

LEARNERS = ("ada", "emmy", "sofia", "grace", "mary", "hedy")
SENT_BEFORE = 3


@pytest.fixture(params=KINDS)
def original(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Database]:
    """A database of this test's own."""
    with databases.own(request.param) as database:
        yield database


@pytest.fixture
def restored(original: Database, databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """Where the backup is restored to: nothing is there yet."""
    if isinstance(original, PostgresqlDatabase):
        if not all(shutil.which(program) for program in ("pg_dump", "pg_restore")):
            missing("pg_dump and pg_restore")
        other = PostgresqlDatabase(f"{original.name}_restored")
        other.create()
        try:
            yield other
        finally:
            other.drop()
    else:
        with databases.own("sqlite") as file:
            file.path.unlink()  # type: ignore[union-attr]  # one of SQLite's
            yield file


@pytest.fixture
def app(original: Database) -> Iterator[Flask]:
    """The service, which goes on while the backup is made."""
    app = create_app(Settings(database_url=original.url, secret_key="not-a-secret-of-anyone"), Ports(FakeAttempts()))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class TestGivenAnOutboxThatIsHalfSent:
    def test_a_backup_made_amid_writes_is_whole_and_the_rest_leaves_once(
        self, app: Flask, original: Database, restored: Database, tmp_path: Path
    ) -> None:
        fill(original.url)
        with StandInXQueue() as xqueue:
            settings = {**SECRET, **xqueue.settings}
            first = certdesk(tmp_path, "outbox", "send", settings=settings, url=original.url)
            sent_before = [job.key for job in xqueue.jobs]

            with writing(app):
                back_up(original, restored, tmp_path)

            verified = certdesk(tmp_path, "audit", "verify", settings=SECRET, url=restored.url)
            checked = certdesk(tmp_path, "db", "check", settings=SECRET, url=restored.url)
            make_due(restored.url)
            second = certdesk(tmp_path, "outbox", "send", settings=settings, url=restored.url)
            sent = Counter(job.key for job in xqueue.jobs)

        assert (first.returncode, len(sent_before)) == (0, SENT_BEFORE), first.stdout
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert checked.returncode == 0, checked.stderr
        assert second.returncode == 0, second.stdout
        assert sent == Counter({f"{number:032x}": 1 for number in range(len(LEARNERS))})


class TestGivenAFileThatIsThere:
    def test_no_backup_overwrites_it(self, folder: Path) -> None:
        file = folder / "kept.sqlite3"
        file.write_text("precious")

        done = certdesk(folder, "db", "backup", str(file))

        assert (done.returncode, file.read_text()) == (1, "precious")
        assert "never overwritten" in done.stderr


class TestGivenNoDatabase:
    @pytest.mark.parametrize("content", [None, b""])
    def test_nothing_is_copied_and_nothing_made(self, folder: Path, content: bytes | None) -> None:
        source, file = folder / "elsewhere.sqlite3", folder / "desk.backup"
        if content is not None:
            source.write_bytes(content)

        done = certdesk(folder, "db", "backup", str(file), url=f"sqlite:///{source}")

        assert (done.returncode, one_line(done)) == (1, True)
        assert "There is no database of Certdesk in" in done.stderr
        assert (file.exists(), source.exists()) == (False, content is not None)


def fill(url: str) -> None:
    """Have six jobs wait, of which three are due."""
    engine = create_engine(url)
    with Session(engine) as session, session.begin():
        for number, username in enumerate(LEARNERS):
            key, now = f"{number:032x}", clock.now()
            certificate = make_certificate(session, username, key=key)
            submission = certificate_submission(
                key=key,
                username=username,
                course_id=certificate.course_id,
                course_name="Demonstration",
                name=certificate.name,
                grade="Pass",
                template_pdf="template.pdf",
                designation=None,
                base_url="http://desk.test",
                queue_name="certificates",
            )
            make_entry(
                session,
                certificate_id=certificate.id,
                payload={"key": key, "header": submission.header, "body": submission.body},
                created_at=now,
                next_try_at=now if number < SENT_BEFORE else now + timedelta(hours=1),
            )
    engine.dispose()


def make_due(url: str) -> None:
    engine = create_engine(url)
    with Session(engine) as session, session.begin():
        session.execute(update(Outbox).where(Outbox.sent_at.is_(None)).values(next_try_at=clock.now()))
    engine.dispose()


class writing:  # noqa: N801 - read as a word
    """Adds to the audit, one event after another, for as long as the block runs."""

    def __init__(self, app: Flask) -> None:
        self._app, self._over, self._begun = app, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._begun.wait(30)

    def __exit__(self, *_problem: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        with self._app.app_context():
            while not self._over.is_set():
                with unit_of_work() as session:
                    audit.append(session, Actor("sam"), "account.enabled", "account", "sam", now=clock.now())
                self._begun.set()


def back_up(original: Database, restored: Database, folder: Path) -> None:
    """Make a backup and restore it, as docs/operations.md says."""
    file = folder / "desk.backup"
    if isinstance(original, PostgresqlDatabase):
        plain = [url.replace("+psycopg", "") for url in (original.url, restored.url)]
        run("pg_dump", "--format=custom", f"--file={file}", plain[0])
        run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={plain[1]}", str(file))
        return
    done = certdesk(folder, "db", "backup", str(file), url=original.url)
    assert done.returncode == 0, done.stderr
    shutil.copyfile(file, restored.url.removeprefix("sqlite:///"))


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
