"""Does the version before go on while its database is migrated and the next version works beside it?

The version before is the commit that the newest migration was added to, as Git has it: no copy of it that somebody has
to keep, and a new one with each migration (record 27).
"""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from tests.acceptance.program.terminal import SECRET, certdesk
from tests.databases import KINDS, Databases, PostgresqlDatabase, migrate
from tests.factories.certificates import make_certificate
from tests.factories.queue_messages import header_of, success
from tests.servers import Server
from webapp import paths
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate
from webapp.services.installation import schema

ROOT = Path(__file__).parents[3]
WRITES = 200


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def version_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as it was before the newest migration."""
    (newest,) = (paths.MIGRATIONS / "versions").glob(f"{schema.head_revision()}_*.py")
    try:
        commit = git("log", "--diff-filter=A", "--format=%H", "-1", "--", f"migrations/versions/{newest.name}")
        if not commit.strip():
            pytest.skip("the newest migration is not committed yet")
        archive = git("archive", "--format=zip", f"{commit.decode().strip()}^")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no history here to take the version before from")
    folder = tmp_path_factory.mktemp("before")
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(folder)
    return folder


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, databases: Databases, version_before: Path, tmp_path: Path) -> Iterator[str]:
    """A database as the version before has it."""
    before = {**os.environ, "PYTHONPATH": str(version_before)}
    command = [sys.executable, "-m", "webapp", "db", "upgrade"]
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
        subprocess.run(command, env={**before, "CERTDESK_DATABASE_URL": url}, cwd=version_before, check=True)
        yield url
        return
    with databases.own("postgresql") as template:
        assert isinstance(template, PostgresqlDatabase)
        database = PostgresqlDatabase(f"{template.name}_before")
    database.create()
    try:
        subprocess.run(command, env={**before, "CERTDESK_DATABASE_URL": database.url}, cwd=version_before, check=True)
        yield database.url
    finally:
        database.drop()


class TestGivenTheVersionBeforeAtWork:
    def test_it_goes_on_over_the_new_schema_beside_the_new_version(
        self, url: str, version_before: Path, tmp_path: Path
    ) -> None:
        old = Server(url, tmp_path / "old.log", settings={"PYTHONPATH": str(version_before)}, folder=version_before)
        new = Server(url, tmp_path / "new.log")
        old.start()
        try:
            migrate(url)
            ready_after = old.send("GET", "/readyz")
            new.start()
            make_certificates(url)
            statuses = [
                (old, new)[number % 2].send("POST", "/update_certificate", answer_to(number))
                for number in range(WRITES)
            ]
            codes = (old.stop(), new.stop())
        finally:
            old.kill()
            new.kill()

        assert ready_after == 200
        assert set(statuses) == {200}
        assert issued(url) == WRITES
        assert certdesk(tmp_path, "audit", "verify", settings=SECRET, url=url).returncode == 0
        assert codes == (0, 0)
        assert [name for name in ("old.log", "new.log") if "exception" in (tmp_path / name).read_text()] == []


def make_certificates(url: str) -> None:
    engine = create_engine(url)
    with Session(engine.execution_options(writes=True)) as session, session.begin():  # beside two servers at work
        for number in range(WRITES):
            make_certificate(session, f"learner{number}", key=f"{number:032x}")
    engine.dispose()


def answer_to(number: int) -> str:
    ids = {"download_uuid": f"d{number:031x}", "verify_uuid": f"e{number:031x}"}
    body = success(username=f"learner{number}", **ids)
    assert json.loads(body)["verify_uuid"] == ids["verify_uuid"]
    return urlencode({"xqueue_header": header_of(f"{number:032x}"), "xqueue_body": body})


def issued(url: str) -> int:
    engine = create_engine(url)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).where(GeneratedCertificate.status == Status.DOWNLOADABLE))
    engine.dispose()
    return count or 0
