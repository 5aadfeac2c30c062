"""Is the verdict on a certificate the one that the facts and the status give?"""

import pytest

from tests.factories.facts import AGAINST, facts, facts_under
from webapp.domain.certificates.eligibility import CHECKS, Path, decide
from webapp.domain.certificates.statuses import Status
from webapp.domain.verdicts import BECAUSE, Standing, Verdict, in_words, verdict_of

STANDINGS: dict[Status | None, tuple[Standing, Standing]] = {
    None: (Standing.EARNED, Standing.REFUSED),
    Status.UNAVAILABLE: (Standing.EARNED, Standing.REFUSED),
    Status.NOT_PASSING: (Standing.EARNED, Standing.REFUSED),
    Status.UNVERIFIED: (Standing.EARNED, Standing.REFUSED),
    Status.RESTRICTED: (Standing.EARNED, Standing.REFUSED),
    Status.AUDITING: (Standing.EARNED, Standing.REFUSED),
    Status.AUDIT_PASSING: (Standing.EARNED, Standing.REFUSED),
    Status.AUDIT_NOT_PASSING: (Standing.EARNED, Standing.REFUSED),
    Status.DOWNLOADABLE: (Standing.ISSUED, Standing.ISSUED),
    Status.GENERATING: (Standing.MAKING, Standing.MAKING),
    Status.REGENERATING: (Standing.MAKING, Standing.MAKING),
    Status.DELETING: (Standing.DELETING, Standing.DELETING),
    Status.DELETED: (Standing.DELETED, Standing.DELETED),
    Status.ERROR: (Standing.FAILED, Standing.FAILED),
    Status.HONOR_PASSING: (Standing.REFUSED, Standing.REFUSED),
    Status.INVALIDATED: (Standing.REFUSED, Standing.REFUSED),
    Status.REQUESTING: (Standing.REFUSED, Standing.REFUSED),
}
"""Status -> how one stands who passed, and how one who failed the course."""


def codes_of(verdict: Verdict) -> list[str]:
    return [check.code for check in verdict.against]


class TestGivenEveryStatus:
    def test_the_table_has_it(self) -> None:
        assert set(STANDINGS) == {None, *Status}

    @pytest.mark.parametrize("status", [None, *sorted(Status)])
    @pytest.mark.parametrize("passed", [True, False])
    def test_it_gives_the_standing(self, status: Status | None, passed: bool) -> None:
        decision = decide(facts(status=status, passed=passed))

        verdict = verdict_of(decision)

        assert verdict.standing is STANDINGS[status][not passed]

    @pytest.mark.parametrize("status", [None, *sorted(Status)])
    def test_that_there_is_a_certificate_is_no_reason_for_none(self, status: Status | None) -> None:
        decision = decide(facts(status=status, passed=False))

        verdict = verdict_of(decision)

        assert {"already_issued", "in_flight"}.isdisjoint(codes_of(verdict))
        assert "not_passing" in codes_of(verdict)


class TestGivenAnInvalidatedCertificate:
    def test_an_issued_one_counts_as_none(self) -> None:
        decision = decide(facts(status=Status.DOWNLOADABLE, invalidated=True, invalidated_by="sam"))

        verdict = verdict_of(decision)

        assert verdict.standing is Standing.REFUSED
        assert verdict.reasons == ("sam has invalidated it",)

    def test_the_invalidation_comes_before_every_other_reason(self) -> None:
        decision = decide(facts_under(Path.REGULAR, "not_passing", "invalidated", "not_allowed"))

        verdict = verdict_of(decision)

        assert codes_of(verdict) == ["invalidated", "not_passing", "not_allowed"]


class TestGivenEveryCheck:
    def test_it_has_its_words_and_no_words_are_left_over(self) -> None:
        checked = {check.code for checks in CHECKS.values() for check in checks}

        assert set(BECAUSE) == checked

    @pytest.mark.parametrize("code", sorted(AGAINST))
    def test_its_words_end_a_sentence_that_somebody_else_began(self, code: str) -> None:
        decision = decide(facts_under(Path.REGULAR, code))

        reasons = in_words(decision)

        assert len(reasons) == 1
        assert not reasons[0].endswith(".")
        assert "_" not in reasons[0]

    @pytest.mark.parametrize(
        ("named", "reason"),
        [
            ({"passed": False}, "the grade is not a passing one"),
            ({"passed": False, "percent": None}, "the platform has told no grade"),
            ({"mode": "audit"}, "the enrollment mode audit earns none"),
            ({"id_status": "denied"}, "the identity is not verified"),
            ({"id_status": ""}, "the identity is not verified"),
            ({"status": Status.DOWNLOADABLE}, "a certificate was issued already"),
            ({"status": Status.REQUESTING}, "the certificate's status, Requesting, comes from the old platform"),
        ],
    )
    def test_its_words_say_what_was_seen(self, named: dict[str, object], reason: str) -> None:
        decision = decide(facts(**named))

        reasons = in_words(decision)

        assert reasons == (reason,)

    def test_an_approval_that_ran_out_is_told_from_none(self) -> None:
        judged = facts(id_status="approved")

        reasons = in_words(decide(judged._replace(id_expires_at=judged.course.now)))

        assert reasons == ("the ID verification has expired",)
