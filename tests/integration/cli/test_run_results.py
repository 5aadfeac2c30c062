"""Can the results of a run be taken elsewhere from a terminal?"""

import csv
import io
import json

from tests.factories.population import COURSE
from tests.integration.cli.terminal import Terminal


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
