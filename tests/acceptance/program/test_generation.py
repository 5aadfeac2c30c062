"""Does the program have certificates made by a real XQueue, and end only once it was asked?"""

import json
from pathlib import Path

import pytest

from tests.acceptance.program.terminal import certdesk
from tests.xqueue import StandInXQueue
from tests.xqueue_wire import said

PDF = "course-v1:edX+Paper+2026"
FACTS: tuple[dict[str, object], ...] = (
    {"type": "course", "course_id": PDF, "display_name": "Paper", "html_certificates": False},
    {"type": "course_mode", "course_id": PDF, "mode": "honor"},
    {"type": "learner", "username": "ada", "name": "Ada Lovelace", "email": "ada@example.org"},
    {"type": "enrollment", "username": "ada", "course_id": PDF, "mode": "honor"},
    {"type": "grade", "username": "ada", "course_id": PDF, "percent": 0.42, "passed": False},
)
ADA = ("--course", PDF, "--username", "ada@example.org")
NOWHERE = {"CERTDESK_TRACKING": "off"}


@pytest.fixture
def told(folder: Path) -> Path:
    """A folder with a database that knows of ada, who failed."""
    lines = "".join(f"{json.dumps(fact)}\n" for fact in FACTS)
    assert certdesk(folder, "records", "import", "-", stdin=lines).returncode == 0
    return folder


class TestGivenAnXQueue:
    def test_who_is_put_on_the_allowlist_has_a_job_with_it_before_the_command_ends(self, told: Path) -> None:
        with StandInXQueue() as xqueue:
            done = certdesk(told, "allowlist", "add", *ADA, settings={**xqueue.settings, **NOWHERE})
            jobs = list(xqueue.jobs)

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"ada is on the allowlist of {PDF}.\nThe certificate is generating.\n"
        assert [job.message["username"] for job in jobs] == ["ada"]

    def test_what_it_refuses_is_told_and_made_anew_later(self, told: Path) -> None:
        with StandInXQueue() as xqueue:
            settings = {**xqueue.settings, **NOWHERE}
            xqueue.fail(said("Queue 'certificates' not found", code=1))
            refused = certdesk(told, "certificates", "regenerate", *ADA, "--grade", "B", settings=settings)
            again = certdesk(told, "certificates", "resubmit-errors", settings=settings)
            kept = certdesk(told, "certificates", "list", "--json", settings=settings)

        assert refused.returncode == 1
        assert "the queue refused it: Queue 'certificates' not found" in refused.stderr
        assert (again.returncode, again.stderr) == (0, "")
        assert json.loads(kept.stdout)["status"] == "notpassing"


class TestGivenAnXQueueThatIsDown:
    @pytest.mark.parametrize(("verbose", "logged"), [((), []), (("--verbose",), ["queue.unreachable"])])
    def test_the_commands_sentence_stands_alone_unless_more_was_asked_for(
        self, told: Path, verbose: tuple[str, ...], logged: list[str]
    ) -> None:
        with StandInXQueue() as xqueue:
            settings = {**xqueue.settings, **NOWHERE}

        done = certdesk(told, *verbose, "certificates", "regenerate", *ADA, "--grade", "B", settings=settings)

        assert (done.returncode, done.stdout.count("\n")) == (0, 1)
        assert "generating; not sent yet: cannot connect to server. It is tried again by itself." in done.stdout
        assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == logged


class TestGivenABrokerThatIsDown:
    @pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
    def test_the_commands_sentence_stands_alone(self, told: Path, url: str) -> None:
        settings = {**NOWHERE, "CERTDESK_BROKER_URL": url}

        done = certdesk(told, "allowlist", "add", *ADA, settings=settings)

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"ada is on the allowlist of {PDF}.\n")


class TestGivenNoXQueue:
    def test_one_line_says_that_none_is_configured(self, told: Path) -> None:
        done = certdesk(told, "certificates", "generate", *ADA, settings=NOWHERE)

        assert (done.returncode, done.stdout) == (1, "")
        assert "no queue is configured" in done.stderr
