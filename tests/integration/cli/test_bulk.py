"""Do `certificates ungenerated` and `resubmit-errors` reach whom they should, and nobody else?"""

import pytest
from sqlalchemy import update

from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.integration.cli.terminal import REFUSED, WRONG_USAGE, Terminal, rows
from webapp.domain.certificates.statuses import Status
from webapp.models.learners import Enrollment

UNGENERATED = ("certificates", "ungenerated", "--course")
RESUBMIT = ("certificates", "resubmit-errors")
OLD = "edX/Old/2014_Fall"
WHAT_TO_DO = "Compare its key, or import its record first: certdesk records import"


def give(terminal: Terminal, username: str, status: Status, course_id: str = HTML) -> None:
    with terminal.work() as session:
        make_certificate(session, username, course_id, status=status, key=f"{username:x<32}")


class TestGivenLearnersWithoutCertificates:
    def fill(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)
            for username in ("ada", "bob", "cyd", "dan"):
                learner = make_candidate(session, username)
            session.execute(update(Enrollment).where(Enrollment.learner_id == learner.id).values(active=False))
            make_run(session, OLD)
            make_candidate(session, "eve", OLD)
        give(terminal, "bob", Status.UNAVAILABLE)
        give(terminal, "cyd", Status.NOT_PASSING)
        give(terminal, "ada", Status.DOWNLOADABLE, OLD)

    def test_those_with_nothing_or_something_unavailable_are_judged(self, terminal: Terminal) -> None:
        self.fill(terminal)

        told = terminal.done(*UNGENERATED, HTML)

        assert rows(told)[:-1] == [[HTML, "downloadable", "3"]]
        assert terminal.held("cyd", HTML).status is Status.NOT_PASSING
        assert [terminal.held(name, HTML).status for name in ("ada", "bob", "dan")] == [Status.DOWNLOADABLE] * 3
        assert terminal.certificate("eve", OLD) is None

    def test_a_dry_run_changes_nothing(self, terminal: Terminal) -> None:
        self.fill(terminal)

        (said,) = terminal.objects(*UNGENERATED, HTML, "--dry-run")

        assert (said["learners"], said["dry_run"]) == (3, True)
        assert terminal.kept() == (0, 0)

    def test_an_unknown_course_run_is_refused(self, terminal: Terminal) -> None:
        told = terminal.refused(*UNGENERATED, HTML)

        assert told == f"There is no course run “{HTML}”."


class TestGivenCertificatesInError:
    def fill(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            for course_id in (HTML, PDF):
                make_run(session, course_id)
            make_candidate(session, "ada", PDF)
            make_candidate(session, "bob", PDF, **FAILING)
            make_candidate(session, "cyd", HTML)
            make_candidate(session, "dan", PDF)
        for username, status, course_id in (
            ("ada", Status.ERROR, PDF),
            ("bob", Status.ERROR, PDF),
            ("cyd", Status.ERROR, HTML),
            ("dan", Status.NOT_PASSING, PDF),
        ):
            give(terminal, username, status, course_id)

    def statuses(self, terminal: Terminal) -> list[Status]:
        places = (("ada", PDF), ("bob", PDF), ("cyd", HTML), ("dan", PDF))
        return [terminal.held(username, course_id).status for username, course_id in places]

    def test_each_is_judged_and_made_anew(self, terminal: Terminal) -> None:
        self.fill(terminal)

        told = terminal.done(*RESUBMIT)

        assert rows(told)[:-1] == [
            [PDF, "generating", "1"],
            [PDF, "notpassing", "not_passing", "1"],
            [HTML, "downloadable", "1"],
        ]
        assert self.statuses(terminal) == [
            Status.GENERATING,
            Status.NOT_PASSING,
            Status.DOWNLOADABLE,
            Status.NOT_PASSING,
        ]
        assert len(terminal.queue.submissions) == 1

    def test_those_of_the_named_course_runs_alone(self, terminal: Terminal) -> None:
        self.fill(terminal)

        (said,) = terminal.objects(*RESUBMIT, "--course", HTML)

        assert said == {
            "learners": 1,
            "dry_run": False,
            "results": [{"course_id": HTML, "status": "downloadable", "refused_by": None, "learners": 1}],
        }
        assert self.statuses(terminal)[:2] == [Status.ERROR, Status.ERROR]

    def test_an_unknown_course_run_alone_is_refused_with_what_to_do(self, terminal: Terminal) -> None:
        self.fill(terminal)

        told = terminal.refused(*RESUBMIT, "--course", OLD)

        assert told == f"There is no course run “{OLD}”. {WHAT_TO_DO}"
        assert terminal.kept() == (0, 0)

    @pytest.mark.parametrize("as_json", [(), ("--json",)])
    def test_among_others_it_is_a_failure_too_but_those_are_judged(
        self, terminal: Terminal, as_json: tuple[str, ...]
    ) -> None:
        self.fill(terminal)

        ran = terminal.types(*RESUBMIT, "--course", OLD, "--course", HTML, *as_json)

        assert (ran.exit_code, ran.stderr) == (REFUSED, f"There is no course run “{OLD}”. {WHAT_TO_DO}\n")
        assert ("Learners judged: 1.\n" if not as_json else '{"learners": 1,') in ran.stdout

    def test_a_malformed_key_stops_it_before_anything_is_done(self, terminal: Terminal) -> None:
        self.fill(terminal)

        ran = terminal.types(*RESUBMIT, "--course", HTML, "--course", "nonsense")

        assert ran.exit_code == WRONG_USAGE
        assert ran.stderr.endswith("'nonsense' is not a course key such as course-v1:Org+Course+Run.\n")
        assert terminal.kept() == (0, 0)

    def test_none_at_all_is_no_failure(self, terminal: Terminal) -> None:
        told = terminal.done(*RESUBMIT)

        assert told == "Learners judged: 0.\n"
