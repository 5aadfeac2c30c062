"""Do the rights of the page on running Certdesk let it serve as one role over the tables of another, and no more than that?"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from tests.acceptance.program.terminal import certdesk
from tests.databases import POSTGRESQL_URL, missing
from tests.fakes import FakeAttempts
from tests.servers import SECRET_KEY, Server
from tests.waiting import wait_until
from webapp import create_app
from webapp.cli import migrations
from webapp.models.base import db
from webapp.ports import Ports
from webapp.services.installation import owner
from webapp.settings import Settings
from webapp.tasks.jobs import JOBS

PAGE = (Path(__file__).parents[3] / "docs/operations.md").read_text(encoding="utf-8")
SUPERUSER, BEFORE, AFTER = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
PASSWORDS = dict(re.findall(r"CREATE ROLE (\w+) LOGIN PASSWORD '(.*)'", SUPERUSER))
TAKEN_FROM_WHO_SERVES = (
    "UPDATE audit_event SET reason = 'x'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_event_no_update ON audit_event",
    "SET session_replication_role = replica",
    "UPDATE config_version SET payload = NULL",
    "DELETE FROM change_request",
    "DELETE FROM generated_certificate",
    "UPDATE certificate_transition SET to_status = 'deleted'",
    "UPDATE alembic_version SET version_num = '0001'",
    "DROP TABLE learner",
    "CREATE TABLE mine (id integer)",
    "CREATE TEMPORARY TABLE mine (id integer)",
)


@dataclass(frozen=True)
class TwoRoles:
    """A database with an owner and a role that serves, under names that nobody else uses."""

    owner: str
    serving: str

    @property
    def environ(self) -> dict[str, str]:
        """The settings of whoever upgrades."""
        return {"CERTDESK_MIGRATION_URL": self.url(self.owner), "CERTDESK_SECRET_KEY": SECRET_KEY}

    def url(self, role: str) -> str:
        """How a role comes to the database, which has the name of the role that serves."""
        password = PASSWORDS["certdesk_owner" if role == self.owner else "certdesk"]
        url = make_url(POSTGRESQL_URL).set(username=role, password=password, database=self.serving)
        return url.render_as_string(hide_password=False)

    def named(self, statements: str) -> list[str]:
        """Give statements of the page with our names."""
        ours = re.sub(r"\bcertdesk\b", self.serving, re.sub(r"\bcertdesk_owner\b", self.owner, statements))
        return [one.strip() for one in ours.split(";") if one.strip()]


def run(url: str, statements: list[str]) -> None:
    """Run statements one by one, as psql does."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for one in statements:
                connection.execute(text(one))
    finally:
        engine.dispose()


def upgrade(roles: TwoRoles, folder: Path) -> subprocess.CompletedProcess[str]:
    """Upgrade as an operator does, and give the serving role what the page says."""
    done = certdesk(folder, "db", "upgrade", settings=roles.environ, url=roles.url(roles.serving))
    if done.returncode == 0:
        run(roles.url(roles.owner), roles.named(AFTER))
    return done


def downgrade(roles: TwoRoles) -> None:
    """Go back to nothing; there is no command for it, so that nobody does it by a slip of the hand."""
    settings = Settings(database_url=roles.url(roles.serving), migration_url=roles.url(roles.owner))
    app = create_app(settings, Ports(attempts=FakeAttempts()))
    migrations.prepare(app)
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        db.session.remove()
        db.engine.dispose()


@contextmanager
def two_roles(word: str) -> Iterator[TwoRoles]:
    """Two roles and an empty database, made as the page says."""
    roles = TwoRoles(f"certdesk_{word}_owns_{os.getpid()}", f"certdesk_{word}_serves_{os.getpid()}")
    away = [f"DROP DATABASE IF EXISTS {roles.serving} WITH (FORCE)", f"DROP ROLE IF EXISTS {roles.serving}"]
    away.append(f"DROP ROLE IF EXISTS {roles.owner}")
    try:
        run(POSTGRESQL_URL, away)
    except OperationalError:
        missing("PostgreSQL")
    try:
        run(POSTGRESQL_URL, roles.named(SUPERUSER))
        yield roles
    finally:
        run(POSTGRESQL_URL, away)


class TestGivenAnEmptyDatabase:
    def test_it_is_upgraded_before_who_serves_has_any_right(self, tmp_path: Path) -> None:
        with two_roles("new") as roles:
            done = upgrade(roles, tmp_path)

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Migrated from nothing to ")


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoRoles]:
    """A database at this version, with the rights of the page."""
    with two_roles("ready") as roles:
        run(roles.url(roles.owner), roles.named(BEFORE))
        assert upgrade(roles, tmp_path_factory.mktemp("upgrade")).returncode == 0
        yield roles


def faults_of_serving(roles: TwoRoles, folder: Path) -> list[str]:
    """Have a server answer and do each of its jobs, and give what it logged of refusals."""
    url, log = roles.url(roles.serving), folder / "server.log"
    server = Server(url, log, workers=1, settings={"CERTDESK_TRACKING": "off"})
    server.start()
    try:
        statuses = [server.send("GET", path) for path in ("/readyz", "/login", "/metrics")]
        statuses.append(server.send("POST", "/update_certificate", "xqueue_header=%7B%7D&xqueue_body=%7B%7D"))
        wait_until(lambda: finished_jobs(url) == {job.name for job in JOBS}, deadline_s=60)
    finally:
        server.stop()
    assert statuses == [200, 200, 200, 400]
    wrong = ('"level": "error"', "permission denied", "Traceback")
    return [line for line in log.read_text().splitlines() if any(word in line for word in wrong)]


def load(roles: TwoRoles, folder: Path) -> None:
    """Load the demonstration as the role that serves."""
    done = certdesk(folder, "demo", "load", settings={"CERTDESK_SECRET_KEY": SECRET_KEY}, url=roles.url(roles.serving))
    assert (done.returncode, done.stderr) == (0, "")


def finished_jobs(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = set(connection.scalars(text("SELECT job FROM job_lease WHERE finished_at IS NOT NULL")))
    engine.dispose()
    return names


class TestGivenTheRightsOfThePage:
    def test_it_serves_and_does_its_jobs_before_and_after_a_way_back(self, upgraded: TwoRoles, tmp_path: Path) -> None:
        load(upgraded, tmp_path)
        first = faults_of_serving(upgraded, tmp_path)
        downgrade(upgraded)
        again = upgrade(upgraded, tmp_path)
        load(upgraded, tmp_path)

        second = faults_of_serving(upgraded, tmp_path)

        assert (first, second) == ([], [])
        assert (again.returncode, again.stderr) == (0, "")

    def test_its_role_may_erase_a_learner(self, upgraded: TwoRoles, tmp_path: Path) -> None:
        url, settings = upgraded.url(upgraded.serving), {"CERTDESK_SECRET_KEY": SECRET_KEY}
        certdesk(tmp_path, "demo", "load", settings=settings, url=url)

        done = certdesk(
            tmp_path, "learners", "erase", "ada", "--reason", "Request 4711", "--yes", settings=settings, url=url
        )

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Erased.")

    def test_its_role_finds_the_schema_in_order(self, upgraded: TwoRoles, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "db", "check", url=upgraded.url(upgraded.serving))

        assert (done.returncode, done.stderr) == (0, "")

    def test_the_settings_are_tried_as_both(self, upgraded: TwoRoles, tmp_path: Path) -> None:
        url, subject = upgraded.url(upgraded.serving), "CERTDESK_MIGRATION_URL"

        good = certdesk(tmp_path, "check-config", settings=upgraded.environ, url=url)
        without = certdesk(tmp_path, "check-config", settings={**upgraded.environ, subject: url}, url=url)
        run(upgraded.url(upgraded.owner), [f"GRANT CREATE ON SCHEMA public TO {upgraded.serving}"])
        of_others = certdesk(tmp_path, "check-config", settings={**upgraded.environ, subject: url}, url=url)
        run(upgraded.url(upgraded.owner), [f"REVOKE CREATE ON SCHEMA public FROM {upgraded.serving}"])

        assert (good.returncode, f"ok     {subject}: answers, and may migrate\n" in good.stdout) == (0, True)
        assert f"WRONG  {subject}: {owner.NO_MAKER}\n" in without.stdout
        assert f"WRONG  {subject}: {owner.NO_OWNER}\n" in of_others.stdout

    def test_its_role_may_do_nothing_else(self, upgraded: TwoRoles) -> None:
        assert done_by_who_serves(upgraded) == {}


@pytest.fixture(scope="module")
def restored(upgraded: TwoRoles, tmp_path_factory: pytest.TempPathFactory) -> TwoRoles:
    """The same database after it was lost and came back from its dump, as the page says."""
    if not all(shutil.which(program) for program in ("pg_dump", "pg_restore")):
        missing("pg_dump and pg_restore")
    dump = tmp_path_factory.mktemp("dump") / "desk.dump"
    as_owner = make_url(upgraded.url(upgraded.owner))
    place = f"--dbname={as_owner.set(drivername='postgresql', password=None).render_as_string()}"
    environ = {**os.environ, "PGPASSWORD": str(as_owner.password)}
    subprocess.run(["pg_dump", "--format=custom", f"--file={dump}", place], env=environ, check=True)
    run(POSTGRESQL_URL, [f"DROP DATABASE {upgraded.serving} WITH (FORCE)"])
    run(POSTGRESQL_URL, [one for one in upgraded.named(SUPERUSER) if not one.startswith("CREATE ROLE")])
    subprocess.run(["pg_restore", "--exit-on-error", "--no-owner", place, str(dump)], env=environ, check=True)
    run(upgraded.url(upgraded.owner), upgraded.named(AFTER))
    return upgraded


class TestGivenADumpThatWasRestoredAsTheOwner:
    def test_the_schema_is_in_order_and_its_owner_may_migrate_it(self, restored: TwoRoles, tmp_path: Path) -> None:
        url = restored.url(restored.serving)

        checked = certdesk(tmp_path, "db", "check", url=url)
        upgraded = certdesk(tmp_path, "db", "upgrade", settings=restored.environ, url=url)

        assert [(done.returncode, done.stderr) for done in (checked, upgraded)] == [(0, "")] * 2

    def test_it_serves_and_does_its_jobs(self, restored: TwoRoles, tmp_path: Path) -> None:
        run(restored.url(restored.owner), ["DELETE FROM job_lease"])  # none of them was done in the restored one yet

        assert faults_of_serving(restored, tmp_path) == []

    def test_its_role_may_do_nothing_else(self, restored: TwoRoles) -> None:
        assert done_by_who_serves(restored) == {}


def done_by_who_serves(roles: TwoRoles) -> dict[str, str]:
    """Try what is taken from the role that serves, and give what was not refused for want of a right."""
    refusals = {one: refusal_of(roles.url(roles.serving), one) for one in TAKEN_FROM_WHO_SERVES}
    refused = re.compile("permission denied|must be owner")
    return {one: said for one, said in refusals.items() if not refused.search(said)}


def refusal_of(url: str, statement: str) -> str:
    try:
        run(url, [statement])
    except ProgrammingError as problem:
        return str(problem)
    return "it was done"
