"""Do the right learners get their certificates: made, queued, answered, or refused with the reason, out of the box?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.program.terminal import SECRET, certdesk
from tests.servers import HOST, Server, free_port
from tests.xqueue import StandInXQueue

HARBOUR = "course-v1:Certdesk+Harbour+2026"
CALCULUS = "course-v1:Certdesk+Calculus+2026"
TYPESETTING = "course-v1:SeaU+Typesetting+2026"
ISSUED = {"emmy": "verified", "sofia": "verified", "chidi": "honor"}
QUEUED = {"hang": "verified", "dmitri": "honor", "pedro": "honor"}
REFUSED = {
    (HARBOUR, "lars"): ("unverified", "id_not_verified", "The platform has told of no ID verification."),
    (HARBOUR, "yuki"): ("restricted", "not_allowed", "The platform restricts the learner (allow_certificate)."),
    (HARBOUR, "nina"): (None, "beta_tester", "Tests this course run."),
    (HARBOUR, "marta"): ("unavailable", "invalidated", "Invalidated by sasha."),
    (CALCULUS, "kenji"): ("notpassing", "not_passing", "Grade 57 %: not passing."),
    (CALCULUS, "liwei"): ("notpassing", "not_passing", "The platform has told no grade."),
    (CALCULUS, "ines"): ("audit_passing", "mode_not_eligible", "Enrolled as audit."),
}
"""Who is refused, with which status, by which check, and which fact it saw."""


@dataclass
class Desk:
    """Certdesk out of the box: its own SQLite file, no broker, the demonstration's data, and an XQueue."""

    folder: Path
    port: int
    xqueue: StandInXQueue

    @property
    def settings(self) -> dict[str, str]:
        """The environment of every program of it."""
        return {
            **SECRET,
            **self.xqueue.settings,
            "CERTDESK_BASE_URL": f"http://{HOST}:{self.port}",
            "CERTDESK_TRACKING": str(self.folder / "tracking.log"),
        }

    def runs(self, *words: str) -> str:
        """Run a command that succeeds, and give what it printed."""
        done = certdesk(self.folder, *words, settings=self.settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self) -> Server:
        """Give a server that is not started yet."""
        return Server(
            f"sqlite:///{self.folder / 'desk.sqlite3'}",
            self.folder / "server.log",
            workers=1,
            settings=self.settings,
            port=self.port,
        )

    def certificates(self, course_id: str) -> dict[str, dict[str, Any]]:
        """Give what learners hold in a course run, by user name."""
        lines = self.runs("certificates", "list", "--course", course_id, "--json").splitlines()
        return {one["username"]: one for one in map(json.loads, lines)}

    def explained(self, course_id: str, username: str) -> dict[str, Any]:
        """Give why a learner has, or has not, a certificate."""
        words = ("certificates", "explain", "--course", course_id, "--username", username, "--json")
        explanation: dict[str, Any] = json.loads(self.runs(*words))
        return explanation


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demonstration, in which everybody of two courses was judged from the terminal."""
    with StandInXQueue() as xqueue:
        desk = Desk(tmp_path_factory.mktemp("desk"), free_port(), xqueue)
        desk.runs("db", "upgrade")
        desk.runs("demo", "load")
        for course_id in (HARBOUR, CALCULUS):
            desk.runs("certificates", "generate", "--course", course_id)
        yield desk


class TestGivenTheDemonstrationAndACommand:
    def test_who_has_earned_a_web_certificate_has_it_at_once(self, desk: Desk) -> None:
        held = desk.certificates(HARBOUR)

        assert {name: (held[name]["status"], held[name]["mode"]) for name in ISSUED} == {
            name: ("downloadable", mode) for name, mode in ISSUED.items()
        }
        assert all(held[name]["certificate_url"].endswith(held[name]["verify_uuid"]) for name in ISSUED)

    def test_who_has_earned_a_pdf_waits_for_a_job_that_has_left_before_the_command_ended(self, desk: Desk) -> None:
        held, jobs = desk.certificates(CALCULUS), desk.xqueue.jobs

        assert {name: (held[name]["status"], held[name]["mode"]) for name in QUEUED} == {
            name: ("generating", mode) for name, mode in QUEUED.items()
        }
        assert sorted(job.message["username"] for job in jobs[:3]) == sorted(QUEUED)
        assert {job.message["course_id"] for job in jobs[:3]} == {CALCULUS}

    @pytest.mark.parametrize(("course_id", "username"), sorted(REFUSED))
    def test_who_has_not_is_told_why(self, desk: Desk, course_id: str, username: str) -> None:
        status, refused_by, fact = REFUSED[course_id, username]

        explained = desk.explained(course_id, username)

        check = next(check for check in explained["checks"] if check["code"] == refused_by)
        assert explained["decision"] == {
            "earned": False,
            "refused_by": refused_by,
            "rules": "regular" if course_id == HARBOUR else "queue",
            "status": status,
        }
        assert (check["passed"], check["fact"], bool(check["advice"])) == (False, fact, True)

    def test_who_was_served_before_is_left_as_they_were(self, desk: Desk) -> None:
        held = desk.certificates(HARBOUR)

        assert {name: held[name]["status"] for name in ("kofi", "tomas", "pedro", "elif")} == {
            "kofi": "downloadable",
            "tomas": "unverified",
            "pedro": "audit_passing",
            "elif": "downloadable",
        }

    def test_each_passing_generation_is_told_once(self, desk: Desk) -> None:
        told = [json.loads(line) for line in (desk.folder / "tracking.log").read_text().splitlines()]

        created = [event["event"] for event in told if event["name"] == "edx.certificate.created"]
        assert {event["name"] for event in told} == {
            "edx.badge.assertion.created",  # those of the demonstration
            "edx.certificate.created",
            "edx.course.milestone.fulfilled",
        }
        assert sorted((event["course_id"], event["enrollment_mode"]) for event in created) == sorted(
            [(HARBOUR, mode) for mode in ISSUED.values()] + [(CALCULUS, mode) for mode in QUEUED.values()]
        )

    def test_the_audit_is_whole(self, desk: Desk) -> None:
        assert "all as they were written" in desk.runs("audit", "verify")


class TestGivenARunningServer:
    def test_xqueues_answers_turn_the_certificates_downloadable_and_a_failure_says_why(self, desk: Desk) -> None:
        jobs = {job.message["username"]: job for job in desk.xqueue.jobs if job.message["username"] in QUEUED}
        answers = {"hang": jobs["hang"].success(), "pedro": jobs["pedro"].success(), "dmitri": jobs["dmitri"].failure()}
        server = desk.serve()
        server.start()
        try:
            statuses = {name: desk.xqueue.answer(jobs[name], answers[name]) for name in QUEUED}
        finally:
            code = server.stop()

        held = desk.certificates(CALCULUS)
        assert (statuses, code) == ({name: [200] for name in QUEUED}, 0)
        assert {name: held[name]["status"] for name in QUEUED} == {
            "hang": "downloadable",
            "pedro": "downloadable",
            "dmitri": "error",
        }
        assert held["hang"]["download_url"] == answers["hang"]["url"]
        assert held["dmitri"]["error_reason"] == "no font"
        assert desk.explained(CALCULUS, "hang")["decision"]["refused_by"] == "already_issued"
        assert desk.explained(CALCULUS, "dmitri")["decision"]["earned"] is True


class TestGivenALearnerWhoIsPutOnTheAllowlist:
    def test_the_command_ends_once_the_job_has_left(self, desk: Desk) -> None:
        desk.runs("allowlist", "add", "--course", TYPESETTING, "--username", "eleni", "--notes", "Ill on the day.")

        assert [job.message["course_id"] for job in desk.xqueue.jobs if job.message["username"] == "eleni"] == [
            TYPESETTING
        ]
        assert desk.certificates(TYPESETTING)["eleni"]["status"] == "generating"
