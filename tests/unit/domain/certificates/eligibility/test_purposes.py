"""From which status may a certificate be made, for each thing that a verdict is wanted for (decisions 8, 9, 50)?"""

import pytest

from tests.factories.facts import AGAINST, facts_under
from webapp.domain.certificates.eligibility import Path, Purpose, decide
from webapp.domain.certificates.statuses import Status

GENERATE = {
    None: None,
    "unavailable": None,
    "notpassing": None,
    "error": None,
    "deleted": None,
    "unverified": None,
    "audit_passing": None,
    "audit_notpassing": None,
    "auditing": None,
    "restricted": None,
    "downloadable": "already_issued",
    "generating": "in_flight",
    "regenerating": "in_flight",
    "deleting": "in_flight",
    "honor_passing": "closed_status",
    "invalidated": "closed_status",
    "requesting": "closed_status",
}
IN_FLIGHT = {"generating", "regenerating", "deleting"}
ANY_STATUS = [None, *Status]
OF_THE_STATUS = {"already_issued", "in_flight", "closed_status"}


@pytest.mark.parametrize("path", Path)
class TestGivenEachStatus:
    @pytest.mark.parametrize("status", ANY_STATUS)
    def test_a_certificate_is_generated_where_there_is_none_to_lose(self, path: Path, status: Status | None) -> None:
        decision = decide(facts_under(path, status=status), Purpose.GENERATE)

        assert decision.refused_by == GENERATE[status]

    @pytest.mark.parametrize("status", ANY_STATUS)
    def test_it_is_regenerated_unless_a_job_is_out(self, path: Path, status: Status | None) -> None:
        decision = decide(facts_under(path, status=status), Purpose.REGENERATE)

        assert decision.refused_by == ("in_flight" if status in IN_FLIGHT else None)

    @pytest.mark.parametrize("status", ANY_STATUS)
    def test_judging_anew_asks_for_no_status(self, path: Path, status: Status | None) -> None:
        decision = decide(facts_under(path, status=status), Purpose.JUDGE_ANEW)

        assert decision.earned


class TestGivenEachOtherCheck:
    @pytest.mark.parametrize("code", sorted(AGAINST.keys() - OF_THE_STATUS))
    @pytest.mark.parametrize("purpose", Purpose)
    def test_it_is_made_whatever_the_purpose(self, purpose: Purpose, code: str) -> None:
        decision = decide(facts_under(Path.QUEUE, code), purpose)

        assert (decision.purpose, decision.refused_by) == (purpose, code)

    def test_to_generate_is_the_purpose_where_none_is_named(self) -> None:
        decision = decide(facts_under(Path.REGULAR))

        assert decision.purpose is Purpose.GENERATE
