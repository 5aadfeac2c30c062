"""One whole story over a running server: a program proposes with a token, a person approves in a session, and all see it live."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.factories.accounts import PASSWORD
from tests.factories.certificates import make_course
from tests.factories.governance import REASON, make_staff
from tests.factories.programs import make_token
from tests.servers import HOST, serving
from tests.waiting import wait_until
from webapp.domain.roles import Scope

COURSE = "edX/DemoX/2026"
LIST = "/api/v1/configs/crawlers/-"
ROBOT = {"known_user_agents": ["edX-downloader", "Robot"], "enabled": True}
SETTING = {"self_generation_enabled": False, "use_updated": True}


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A server with two workers, over a database in which there are staff and a course run."""
    with databases.own(request.param) as database:
        engine = create_engine(database.url)
        with Session(engine) as session:
            staff = make_staff(session)
            make_course(session, COURSE)
            (tmp_path / "proposing").write_text(
                make_token(session, staff.editor, [Scope.CONFIGS_READ, Scope.CONFIGS_PROPOSE])
            )
            (tmp_path / "auditing").write_text(make_token(session, staff.admin, [Scope.AUDIT_READ]))
        engine.dispose()
        with serving(database.url, tmp_path / "server.log") as server:
            yield f"http://{HOST}:{server.port}"


@pytest.fixture
def program(address: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """A program that may propose."""
    headers = {"Authorization": f"Bearer {(tmp_path / 'proposing').read_text()}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def auditor(address: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """A program that may see the audit."""
    headers = {"Authorization": f"Bearer {(tmp_path / 'auditing').read_text()}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def approver(address: str) -> Iterator[httpx.Client]:
    """Somebody who has signed in, with the token that their page's script writes with."""
    with httpx.Client(base_url=address, trust_env=False) as client:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]*)"', client.get("/login").text)
        assert found is not None
        client.post("/login", data={"username": "amir", "password": PASSWORD, "csrf_token": found[1], "next": ""})
        client.headers["X-CSRFToken"] = client.get("/csrf/api/v1/token").json()["csrfToken"]
        yield client


def approve(approver: httpx.Client, path: str) -> httpx.Response:
    """Look at a change, and approve what was seen."""
    seen = approver.get(path).headers["ETag"]
    return approver.post(f"{path}/approve", json={"note": "Fine."}, headers={"If-Match": seen})


class TestGivenATokenThatProposesAndASessionThatApproves:
    def test_the_change_goes_live_and_all_of_it_is_told(
        self, program: httpx.Client, approver: httpx.Client, auditor: httpx.Client
    ) -> None:
        before = program.get(LIST)
        body = {"payload": ROBOT, "title": "Robots", "reason": REASON}

        asked = program.put(LIST, json=body, headers={"If-Match": before.headers["ETag"]})
        path = asked.headers["Location"]
        meanwhile = program.get(LIST)
        refused = program.post(f"{path}/approve", headers={"If-Match": program.get(path).headers["ETag"]})
        approved = approve(approver, path)
        after = program.get(LIST)

        assert asked.status_code == 202
        number = path.rpartition("/")[2]
        assert (meanwhile.json()["version"], meanwhile.headers["ETag"]) == (1, f'"crawlers:-:v1-o{number}"')
        assert (refused.status_code, refused.json()["code"]) == (403, "token")
        assert (approved.status_code, approved.json()["state"]) == (200, "applied")
        assert (after.json()["version"], after.json()["payload"]) == (2, ROBOT)
        assert (after.json()["author"], after.json()["approved_by"]) == ("eva", ["amir"])
        told = [event["action"] for event in approved.json()["events"]]
        assert told == ["change.proposed", "change.applied"]
        exported = auditor.get("/api/v1/audit.csv").text.splitlines()
        assert [line for line in exported if "change.refused" in line and "eva" in line]
        assert "audit.exported" in exported[-1]
        assert auditor.get("/api/v1/audit/verify").json()["ok"] is True

    def test_every_worker_knows_of_it_within_a_second(self, program: httpx.Client, approver: httpx.Client) -> None:
        asked = program.put(LIST, json={"payload": ROBOT, "reason": REASON}, headers={"If-Match": "*"})
        approve(approver, asked.headers["Location"])

        def known() -> bool:
            answers = [
                httpx.get(
                    f"{str(program.base_url).rstrip('/')}/api/v1/crawlers/check?user_agent=Robot/1", trust_env=False
                )
                for _ in range(8)
            ]
            return all(answer.json() == {"crawler": True, "matched": "Robot", "version": 2} for answer in answers)

        wait_until(known)

    def test_a_key_with_slashes_comes_through(self, program: httpx.Client, approver: httpx.Client) -> None:
        path = f"/api/v1/configs/course/{quote(COURSE, safe='')}"

        asked = program.put(path, json={"payload": SETTING, "reason": REASON}, headers={"If-None-Match": "*"})
        approve(approver, asked.headers["Location"])

        encoded, plain = program.get(path), program.get(f"/api/v1/configs/course/{COURSE}")
        assert (encoded.status_code, encoded.json()["key"]) == (200, COURSE)
        assert plain.json() == encoded.json()
        assert program.get(f"{path}/versions/1").json()["payload"] == SETTING
