"""Does the program report on a course run and make a fake, and does it refuse in one plain line?"""

from pathlib import Path

import pytest

from tests.acceptance.program.terminal import certdesk, one_line

HARBOUR = "course-v1:Certdesk+Harbour+2026"


@pytest.fixture
def loaded(folder: Path) -> Path:
    """A folder with the demonstration's data in it."""
    assert certdesk(folder, "demo", "load").returncode == 0
    return folder


class TestGivenTheDemonstration:
    def test_a_fake_of_one_of_its_learners_is_delivered_in_the_report(self, loaded: Path) -> None:
        made = certdesk(loaded, "certificates", "fake", "nina", HARBOUR, "-m", "verified")

        report = certdesk(loaded, "certificates", "report", "--course", HARBOUR, "--learners", "--format", "csv")
        assert (made.returncode, report.returncode, report.stderr) == (0, 0, "")
        assert report.stdout.splitlines()[0] == "username,eligible,delivered,type"
        assert "nina,Y,Y,verified" in report.stdout.splitlines()
        assert certdesk(loaded, "audit", "verify").returncode == 0


class TestGivenNothing:
    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("report", "--course", HARBOUR), "There is no course run"),
            (("report", "--course", HARBOUR, "--learners"), "There is no course run"),
            (("fake", "nina", HARBOUR), "There is no learner"),
        ],
    )
    def test_it_is_refused_in_one_line(self, folder: Path, arguments: tuple[str, ...], reason: str) -> None:
        done = certdesk(folder, "certificates", *arguments)

        assert done.returncode == 1
        assert one_line(done)
        assert reason in done.stderr
