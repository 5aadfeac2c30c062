"""Does `certificates generate` without names judge everybody, and say it by sums?"""

import json
from typing import Any

import pytest
from sqlalchemy import update

from tests.factories.candidates import FAILING, HTML, make_candidate, make_others, make_run
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.integration.cli.terminal import Terminal
from webapp.domain.certificates.statuses import Status
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Enrollment
from webapp.services.generation.runs import CHUNK

GENERATE = ("certificates", "generate", "--course")


def fill(terminal: Terminal) -> None:
    """Let two earn it, one who left too, one fail, and one learn elsewhere."""
    with terminal.work() as session:
        make_run(session)
        for username in ("ada", "bob"):
            make_candidate(session, username)
        left = make_candidate(session, "cyd")
        session.execute(update(Enrollment).where(Enrollment.learner_id == left.id).values(active=False))
        make_candidate(session, "dan", **FAILING)
        make_others(session, of=left)


def summary(text: str) -> Any:  # noqa: ANN401 - whatever JSON says
    return json.loads(text)["results"]


class TestGivenEverybody:
    def test_all_who_are_or_were_enrolled_are_judged(self, terminal: Terminal) -> None:
        fill(terminal)

        told = terminal.done(*GENERATE, HTML)

        *lines, end = told.splitlines()
        assert lines == [
            "course_id               status          refused_by   learners",
            f"{HTML}  no certificate  beta_tester  1",
            f"{HTML}  downloadable                 3",
            f"{HTML}  notpassing      not_passing  1",
            "Learners judged: 5.",
        ]
        assert end.startswith("This was run ")
        assert terminal.held("cyd", HTML).status is Status.DOWNLOADABLE

    def test_the_wish_is_recorded_as_a_batch_of_the_machines(self, terminal: Terminal) -> None:
        fill(terminal)

        terminal.done(*GENERATE, HTML)

        begun, *events = terminal.told()
        assert (begun.action, begun.actor) == ("run.started", "command line")
        assert {(event.actor, event.details["generation_mode"]) for event in events} == {("command line", "batch")}

    def test_programs_get_one_object(self, terminal: Terminal) -> None:
        fill(terminal)

        (said,) = terminal.objects(*GENERATE, HTML)

        assert (said["learners"], said["dry_run"]) == (5, False)
        assert said["results"][0] == {
            "course_id": HTML,
            "status": None,
            "refused_by": "beta_tester",
            "learners": 1,
        }

    def test_a_second_time_changes_nothing_but_that_it_was_asked_for(self, terminal: Terminal) -> None:
        fill(terminal)
        terminal.done(*GENERATE, HTML)
        events, entries = terminal.kept()

        told = terminal.done(*GENERATE, HTML)

        assert "downloadable    already_issued  3" in told
        assert terminal.kept() == (events + 1, entries)

    def test_an_empty_course_run_is_no_failure(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_run(session)

        told = terminal.done(*GENERATE, HTML)

        assert told.splitlines()[0] == "Learners judged: 0."

    def test_an_unknown_course_run_is_refused(self, terminal: Terminal) -> None:
        told = terminal.refused(*GENERATE, HTML)

        assert told == f"There is no course run “{HTML}”."


class TestGivenADryRunOverEverybody:
    def test_nothing_is_changed(self, terminal: Terminal) -> None:
        fill(terminal)

        told = terminal.done(*GENERATE, HTML, "--dry-run")

        assert told.splitlines()[-3:-1] == ["Learners judged: 5.", "This was a dry run: nothing was changed."]
        assert terminal.kept() == (1, 0)
        assert terminal.certificate("ada", HTML) is None


class TestGivenMoreThanOneChunk:
    @pytest.mark.parametrize("html", [True, False])
    def test_the_dry_run_foretells_what_the_run_does(self, terminal: Terminal, *, html: bool) -> None:
        with terminal.work() as session:
            make_crowd_in(session, Crowd(2 * CHUNK + 100), html_certificates=html)
        foretold = summary(terminal.done(*GENERATE, COURSE, "--dry-run", "--json"))

        done = summary(terminal.done(*GENERATE, COURSE, "--json"))

        assert done == foretold
        assert sum(one["learners"] for one in done) == len(terminal.every(Enrollment)) > 2 * CHUNK

    def test_each_chunk_is_a_transaction_of_its_own(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_crowd_in(session, Crowd(2 * CHUNK + 1, certificates=0, exceptions=0))

        terminal.done(*GENERATE, COURSE)

        moments = {row.modified_at for row in terminal.every(GeneratedCertificate)}
        runs = {event.request_id for event in terminal.every(AuditEvent)}
        assert (len(moments), len(runs)) == (3, 1)
