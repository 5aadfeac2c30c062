"""Does a newcomer get what the README promises: start, curl, and the certificate is issued?"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.servers import Server, free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CRAWLERS = (ROOT / "docs/crawlers.md").read_text()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What `make run` serves, in an empty folder."""
    folder, port = tmp_path_factory.mktemp("newcomer"), free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp", "demo", "serve", "--port", str(port)],
            cwd=folder,
            env={**environ, "PYTHONPATH": str(ROOT), "CERTDESK_SECRET_KEY": ""},  # said, but empty: as good as not said
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(f"sqlite:///{folder / 'var/certdesk.sqlite3'}", folder / "output.txt", port=port)
    for _ in range(600):
        if server.answers():
            break
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    yield server
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)


def curl_lines(address: str, text: str = README) -> list[list[str]]:
    """The curl commands of the README, or another text, that ask for an address, as words."""
    found = re.findall(r"^    (curl (?:[^\n]*\\\n)*[^\n]*)$", text, re.MULTILINE)
    return [shlex.split(line.replace("\\\n", " ")) for line in found if address in line]


def fields_of(words: list[str]) -> dict[str, str]:
    """What a curl command sends."""
    values = [words[place + 1] for place, word in enumerate(words) if word == "--data-urlencode"]
    return dict(value.split("=", 1) for value in values)


class TestGivenANewcomer:
    def test_each_role_has_a_sign_in_and_the_address_is_told(self, demonstration: Server) -> None:
        told = demonstration.log.read_text()

        assert f"http://127.0.0.1:{demonstration.port}" in told
        assert [
            role for role in ("support", "editor", "approver", "auditor", "admin", "learner") if role not in told
        ] == []

    def test_the_readmes_sign_in_is_one_of_them(self, demonstration: Server) -> None:
        [name, password] = re.search(r"Sign in as `(\w+)` \(`([\w-]+)`\)", README).groups()  # type: ignore[union-attr]  # it is there

        assert re.search(rf"support +{name} +{password}", demonstration.log.read_text())

    def test_the_secret_key_is_readable_by_its_owner_alone(self, demonstration: Server) -> None:
        key = demonstration.log.parent / "var" / "secret_key"

        assert key.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("words", curl_lines("/update_certificate"), ids=["made", "failed"])
    def test_the_curl_line_settles_its_certificate(self, demonstration: Server, words: list[str]) -> None:
        sent = fields_of(words)
        port = demonstration.port

        first = subprocess.run([word.replace("8000", str(port)) for word in words], capture_output=True, check=True)
        again = subprocess.run([word.replace("8000", str(port)) for word in words], capture_output=True, check=True)

        assert json.loads(first.stdout) == {"return_code": 0}
        assert json.loads(again.stdout) == {"return_code": 1, "content": "invalid cert status"}
        body = json.loads(sent["xqueue_body"])
        assert status_of(demonstration, body["username"], body["course_id"]) == (
            "error" if "error" in body else "downloadable"
        )

    def test_the_curl_line_asks_whether_a_visit_is_a_crawlers(self, demonstration: Server) -> None:
        [words] = curl_lines("/api/v1/crawlers/check", CRAWLERS)
        [promised] = re.findall(r"^    (\{.*\})$", CRAWLERS, re.MULTILINE)

        told = subprocess.run(
            [word.replace("8000", str(demonstration.port)) for word in words], capture_output=True, check=True
        )

        assert json.loads(told.stdout) == json.loads(promised)

    def test_the_curl_lines_propose_a_change(self, demonstration: Server) -> None:
        [name] = re.findall(r"editor +(\S+) +\S+", demonstration.log.read_text())
        scopes = ("--scope", "configs:read", "--scope", "configs:propose")
        told = certdesk(
            "accounts", "token", name, "--name", "nightly", *scopes, database_url=demonstration.database_url
        )

        answers = [
            subprocess.run(
                [word.replace("8000", str(demonstration.port)).replace("$TOKEN", told.strip()) for word in words],
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            for words in curl_lines("/api/v1/configs/generation/-")
        ]

        assert [answer.split()[1] for answer in answers] == ["200", "202"]
        assert re.search(r"^location: /api/v1/changes/\d+\r?$", answers[1], re.MULTILINE | re.IGNORECASE)

    def test_the_curl_lines_read_certificates_and_why_there_are_none(self, demonstration: Server) -> None:
        [name] = re.findall(r"support +(\S+) +\S+", demonstration.log.read_text())
        scope = ("--scope", "certificates:read")
        token = certdesk(
            "accounts", "token", name, "--name", "reading", *scope, database_url=demonstration.database_url
        )
        [listing] = curl_lines("/api/v1/certificates?")
        [explaining] = curl_lines("/api/v1/learners/")

        listed = json.loads(run(demonstration, listing, {"$TOKEN": token.strip()}))
        failed = listed["results"][0]
        meant = {name: quote(failed[key], safe="") for name, key in (("LEARNER", "username"), ("COURSE", "course_id"))}
        said = json.loads(run(demonstration, explaining, {"$TOKEN": token.strip(), **meant}))

        assert {one["status"] for one in listed["results"]} == {"error"}
        assert said["certificate"] == failed
        assert said["checks"]


def run(server: Server, words: list[str], meant: Mapping[str, str]) -> str:
    """Run a curl command with what its capital words mean, and give what it printed."""
    for name, value in {"8000": str(server.port), **meant}.items():
        words = [word.replace(name, value) for word in words]
    return subprocess.run(words, capture_output=True, check=True, text=True).stdout


def status_of(server: Server, username: str, course_id: str) -> str:
    """What the certificates command says of one certificate."""
    told = certdesk(
        "certificates",
        "list",
        "--username",
        username,
        "--course",
        course_id,
        "--json",
        database_url=server.database_url,
    )
    return str(json.loads(told)["status"])


def certdesk(*words: str, database_url: str) -> str:
    """Run the program as its user would, and give what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "webapp", *words],
        env={**os.environ, "CERTDESK_DATABASE_URL": database_url},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
