"""Can the results of a run be taken elsewhere from a terminal?"""

import csv
import io
import json

from tests.factories.orders import SAM
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.integration.cli.terminal import Terminal
from webapp import clock
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate
from webapp.services.generation import runs


def results(filled: Terminal, *words: str) -> str:
    run = json.loads(filled.done("runs", "start", "--course", COURSE, "--json"))
    return filled.done("runs", "results", str(run["run"]), *words)


class TestGivenResults:
    def test_a_spreadsheet_gets_a_row_for_each_learner(self, filled: Terminal) -> None:
        found = list(csv.DictReader(io.StringIO(results(filled))))

        assert len(found) == 30
        assert found[0].keys() == {"username", "status_before", "status_after", "refused_by", "queued"}
        assert {one["status_before"] for one in found} == {""}
        assert {one["queued"] for one in found} == {"false"}

    def test_a_program_gets_an_object_for_each_learner(self, filled: Terminal) -> None:
        found = [json.loads(line) for line in results(filled, "--format", "jsonl").splitlines()]

        assert len(found) == 30
        assert {one["status_before"] for one in found} == {None}
        assert {one["queued"] for one in found} == {False}
        assert min(one["username"] for one in found) == "crowd000001"


class TestGivenARunOverChosenCertificates:
    def test_it_is_carried_on_shown_and_told_one_by_one(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_crowd_in(session, Crowd(3, certificates=100, exceptions=0, statuses=(Status.ERROR,)))
            choice = runs.Choice((GeneratedCertificate.status == Status.ERROR,), "Status: Error", "form")
            number = runs.start_chosen(session, SAM, choice, Purpose.REGENERATE, now=clock.now()).id

        told = json.loads(terminal.done("runs", "resume", str(number), "--json"))
        shown = json.loads(terminal.done("runs", "show", str(number), "--json"))
        found = list(csv.DictReader(io.StringIO(terminal.done("runs", "results", str(number)))))

        assert (told["learners"], told["dry_run"], told["results"][0]["course_id"]) == (3, True, None)
        assert (shown["state"], shown["course_id"], shown["chosen"]) == ("done", None, "Status: Error")
        assert [(one["username"], one["course_id"]) for one in found] == [
            (f"crowd00000{learner}", COURSE) for learner in (1, 2, 3)
        ]
        assert "Status: Error" in terminal.done("runs", "list")
