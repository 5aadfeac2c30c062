"""How is each side filled, served and put back?"""

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.databases import POSTGRESQL_URL, migrate
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
SETTLE_S = 3  # every worker has to be up, not only the first that answers
# Without bytecode, which every installed program has, each start would compile the libraries of either side.
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
SECRET_KEY = "not-a-secret-of-anyone"
SYNC = ["--no-control-socket", "-w", "2", "-k", "sync"]


class Side:
    """One of the two that are compared."""

    name: str
    target: Path
    environ: dict[str, str]
    reset_command: str
    hello: str
    program: list[str]
    folder: Path

    def fill(self) -> None:
        """Make its database and fill it."""
        raise LookupError("each side fills itself")

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve, and give the address."""
        port = free_port()
        server = subprocess.Popen(
            self.listening(port),
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait(port)
            time.sleep(SETTLE_S)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)

    def weigh(self) -> dict[str, float]:
        """Give the memory of a worker after some requests, and how long it takes from start to the first answer."""
        port, began = free_port(), time.perf_counter()
        command = self.listening(port)
        server = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait(port)
            took = time.perf_counter() - began
            for _ in range(200):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{self.hello}").read()
            return {"rss_mb": _biggest_rss_mb(server.pid), "start_s": took}
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)

    def listening(self, port: int) -> list[str]:
        """Give the command that serves on a port."""
        return [word.replace("$PORT", str(port)) for word in self.program]

    def _wait(self, port: int) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{self.hello}", timeout=2).read()
            except (URLError, OSError):
                time.sleep(0.05)  # a server that starts tells nobody; its port is asked until it answers
            else:
                return
        raise TimeoutError(f"{self.name} does not answer")


class Certdesk(Side):
    """Ours."""

    name, hello = "certdesk", "/healthz"
    target = Path(__file__).with_name("certdesk.json")

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        """Serve as the options say."""
        self.folder, self._size = folder, options.size
        url = fresh_database(options.database, f"certdesk_bench_{options.size}", folder / "certdesk.sqlite3")
        own = {"CERTDESK_DATABASE_URL": url, "CERTDESK_SECRET_KEY": SECRET_KEY, "PYTHONPATH": str(ROOT)}
        self.environ = {**ENVIRON, **own}
        self.reset_command = f"{sys.executable} -m tests.benchmarks.fill reset"
        gunicorn = [options.python, "-m", "gunicorn", *SYNC, "-b", "127.0.0.1:$PORT", "webapp:create_app()"]
        serve = [options.python, "-m", "webapp", "serve", "--workers", "2", "--port", "$PORT"]
        self.program = serve if options.server == "serve" else gunicorn

    def fill(self) -> None:
        """Migrate and fill."""
        migrate(self.environ["CERTDESK_DATABASE_URL"])
        command = [sys.executable, "-m", "tests.benchmarks.fill", str(self._size)]
        subprocess.run(command, check=True, env=self.environ, stdout=subprocess.DEVNULL, cwd=self.folder)


class Peer(Side):
    """The same job as a Django site."""

    name, hello = "peer", "/hello"

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        """Serve as its own notes say."""
        home = Path(options.peer).resolve()
        self.target, self._size, self.folder = home / "targets" / "peer.json", options.size, home / "peer"
        self._python, maker = options.peer_python, home / "peer" / "make_data.py"
        url = fresh_database(options.database, f"peer_bench_{options.size}", folder / "peer.sqlite3")
        self.environ = {
            **ENVIRON,
            "PEER_DB": url.replace("+psycopg", "").replace("sqlite:///", "sqlite:"),
            "PEER_MEMCACHED": options.memcached,
        }
        self.reset_command, self._maker = f"{self._python} {maker} reset", str(maker)
        self.program = [self._python, "-m", "gunicorn", *SYNC, "-b", "127.0.0.1:$PORT", "wsgi:application"]

    def fill(self) -> None:
        """Fill."""
        subprocess.run(
            [self._python, self._maker, str(self._size)],
            check=True,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )


def fresh_database(kind: str, name: str, path: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{path}"
    server = create_engine(POSTGRESQL_URL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()
    return make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)


def _biggest_rss_mb(group: int) -> float:
    sizes = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _group_of(folder) == group:
            lines = (folder / "status").read_text().splitlines()
            sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")]
    return max(sizes)


def _group_of(folder: Path) -> int:
    try:
        return os.getpgid(int(folder.name))
    except ProcessLookupError:
        return -1
