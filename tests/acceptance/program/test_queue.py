"""Does the program say on a terminal whether XQueue can be used with its settings?"""

from pathlib import Path

import pytest

from tests.acceptance.program.terminal import SECRET, certdesk, one_line
from tests.xqueue import StandInXQueue


class TestGivenAQueue:
    def test_it_is_tried(self, folder: Path) -> None:
        with StandInXQueue() as xqueue:
            done = certdesk(folder, "check-config", settings={**SECRET, **xqueue.settings})

        assert done.returncode == 0
        assert "ok     CERTDESK_XQUEUE_URL: answers, takes the sign-in and has the queue\n" in done.stdout
        assert xqueue.jobs == []

    @pytest.mark.parametrize(
        ("changed", "wrong"),
        [
            (
                {"CERTDESK_XQUEUE_PASSWORD": "hunter2"},
                "XQueue refused our sign-in (Incorrect login credentials); an operator must correct CERTDESK_XQUEUE_USERNAME and CERTDESK_XQUEUE_PASSWORD",
            ),
            ({"CERTDESK_XQUEUE_QUEUE": "nope"}, "Valid queue names are: certificates, test-pull"),
            ({"CERTDESK_XQUEUE_URL": "http://127.0.0.1:1"}, "cannot connect to server"),
        ],
        ids=["password", "queue", "address"],
    )
    def test_what_is_wrong_is_said(self, folder: Path, changed: dict[str, str], wrong: str) -> None:
        with StandInXQueue() as xqueue:
            done = certdesk(folder, "check-config", settings={**SECRET, **xqueue.settings, **changed})

        assert done.returncode == 1
        assert f"WRONG  CERTDESK_XQUEUE_URL: {wrong}\n" in done.stdout
        assert "hunter2" not in done.stdout + done.stderr


class TestGivenSettingsThatClash:
    @pytest.mark.parametrize(
        ("changed", "name"),
        [
            ({"CERTDESK_XQUEUE_USERNAME": ""}, "CERTDESK_XQUEUE_USERNAME"),
            ({"CERTDESK_BASE_URL": "https://".ljust(65, "x")}, "CERTDESK_BASE_URL"),
        ],
    )
    def test_one_line_stops_the_start(self, folder: Path, changed: dict[str, str], name: str) -> None:
        with StandInXQueue() as xqueue:
            done = certdesk(folder, "serve", settings={**SECRET, **xqueue.settings, **changed})

        assert (done.returncode, one_line(done)) == (1, True)
        assert done.stderr.startswith(f"{name} ")
