"""Does the client that we show to strangers do over a running server what it says?"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.governance import REASON
from tests.factories.programs import make_token
from tests.servers import HOST, serving
from webapp.domain.roles import Role

CLIENT = Path(__file__).parents[3] / "docs" / "examples" / "client.py"
LEARNERS = 7
ON = {"enabled": True}
Connect = Callable[[], Any]


def load() -> Any:  # noqa: ANN401 - a module that lies outside
    """Give the example as a module."""
    spec = importlib.util.spec_from_file_location("client_example", CLIENT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


example = load()


class Watched(httpx.HTTPTransport):
    """The way to a server, of which a test knows what went over it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.went: list[tuple[str, str, int]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        answer = super().handle_request(request)
        self.went.append((request.method, request.url.path, answer.status_code))
        return answer


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server over a desk with learners, and the token of an editor."""
    with databases.own(KINDS[0]) as database:
        engine = create_engine(database.url)
        with Session(engine) as session:
            make_run(session, HTML)
            make_candidate(session, "a/da", course_id=HTML)
            for number in range(LEARNERS):
                make_certificate(session, f"learner{number}", DEMO_COURSE, key="")
            token = make_token(session, make_account(session, "eva", Role.EDITOR))
        engine.dispose()
        with serving(database.url, tmp_path_factory.mktemp("client") / "server.log", workers=1) as running:
            yield f"http://{HOST}:{running.port}", token


@pytest.fixture
def way() -> Watched:
    """What goes over the wire."""
    return Watched()


@pytest.fixture
def desk(server: tuple[str, str], way: Watched) -> Any:  # noqa: ANN401 - of a module that lies outside
    """The client."""
    return example.Certdesk(*server, transport=way)


class TestGivenAServer:
    def test_it_reads_a_list_page_by_page(self, desk: Any, way: Watched) -> None:  # noqa: ANN401
        names = [one["username"] for one in desk.certificates(limit="3")]

        assert sorted(names) == [f"learner{number}" for number in range(LEARNERS)]
        assert way.went == [("GET", "/api/v1/certificates", 200)] * 3

    def test_what_has_not_changed_is_not_sent_again(self, desk: Any, way: Watched) -> None:  # noqa: ANN401
        first, _ = desk.get("/api/v1/configs/crawlers/-")
        again, _ = desk.get("/api/v1/configs/crawlers/-")

        assert again == first
        assert [status for _, _, status in way.went] == [200, 304]

    def test_it_explains_and_knows_what_there_is_not(self, desk: Any) -> None:  # noqa: ANN401
        assert desk.explain("a/da", HTML)["decision"]["earned"] is True
        assert desk.explain("nobody", HTML) is None

    def test_it_proposes_a_change_and_follows_it_to_its_end(self, desk: Any, way: Watched) -> None:  # noqa: ANN401
        change = desk.propose("generation", "-", ON, REASON)
        same = desk.propose("generation", "-", ON, REASON)
        desk.act(change, "comment", "Only asking.")
        ended = desk.act(change, "withdraw", "It was an example.")

        assert same == change
        assert (ended["state"], desk.wait_for(change)["state"]) == ("withdrawn", "withdrawn")
        assert ("POST", f"{change}/withdraw", 200) in way.went

    def test_a_refusal_says_its_code_and_its_fields(self, desk: Any) -> None:  # noqa: ANN401
        with pytest.raises(example.ProblemError) as refused:
            desk.propose("generation", "-", {"enabled": "yes"}, REASON)

        assert (refused.value.status, refused.value.code) == (422, "invalid")
        assert [one["field"] for one in refused.value.errors] == ["enabled"]

    def test_it_runs_as_a_program(self, server: tuple[str, str]) -> None:
        address, token = server

        told = subprocess.run(
            [sys.executable, str(CLIENT), address, "--username", "learner3"],
            env={**os.environ, "CERTDESK_TOKEN": token, "NO_PROXY": HOST},
            capture_output=True,
            check=True,
            text=True,
        ).stdout

        assert told.startswith(DEMO_COURSE)
        assert "yes" in told or "no" in told


class TestGivenAServerThatCannotAnswerNow:
    @pytest.mark.parametrize(
        ("refusals", "waits", "status"),
        [
            ([(429, {"Retry-After": "7"})], [7.0], 200),
            ([(503, {"Retry-After": "1"}), (503, {})], [1.0, 4.0], 200),
            ([(503, {})] * 9, [2.0, 4.0, 6.0, 8.0], 503),
        ],
    )
    def test_it_asks_again_after_a_while_and_not_for_ever(
        self, refusals: list[tuple[int, dict[str, str]]], waits: list[float], status: int
    ) -> None:
        slept: list[float] = []
        left = [httpx.Response(code, headers=headers) for code, headers in refusals]
        transport = httpx.MockTransport(lambda _: left.pop(0) if left else httpx.Response(200))
        desk = example.Certdesk("http://desk.test", "token", transport=transport, sleep=slept.append)

        try:
            found = desk.send("GET", "/").status_code
        except example.ProblemError as problem:
            found = problem.status

        assert (slept, found) == (waits, status)
