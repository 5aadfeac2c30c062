"""Which move does a verdict ask for, and what does each write into a certificate's fields, and what does it leave alone?"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.facts import NOW, facts
from webapp.domain.certificates import effects
from webapp.domain.certificates.effects import Fields
from webapp.domain.certificates.eligibility import Purpose, decide
from webapp.domain.certificates.pdf_templates import Design
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import REFUSED, Move

OLD = Fields(
    status=Status.ERROR,
    mode="honor",
    name="Ada Byron",
    grade="0.6",
    key="a" * 32,
    verify_uuid="5" * 32,
    download_uuid="d" * 32,
    download_url="https://certs.example.org/old.pdf",
    error_reason="no font",
    issued_at=NOW - timedelta(days=9),
    submitted_at=NOW - timedelta(days=8),
)
DESIGN = Design(mode="verified", name="Ada Lovelace", grade="0.87", through_queue=False)
KEY, LINK = "k" * 32, "l" * 32
DESIGNED: dict[str, Any] = {
    "mode": "verified", "name": "Ada Lovelace", "grade": "0.87", "key": KEY,
    "download_url": "", "error_reason": "", "submitted_at": None,
}  # fmt: skip

PDF: dict[str, Any] = {"html": False, "queue_configured": True}


class TestGivenAVerdict:
    @pytest.mark.parametrize(
        ("purpose", "learner", "asked"),
        [
            (Purpose.GENERATE, {}, (Move.ISSUE, Status.DOWNLOADABLE)),
            (Purpose.GENERATE, {"status": Status.NOT_PASSING}, (Move.ISSUE, Status.DOWNLOADABLE)),
            (Purpose.GENERATE, PDF, (Move.SUBMIT, Status.GENERATING)),
            (Purpose.GENERATE, PDF | {"status": Status.ERROR}, (Move.SUBMIT, Status.GENERATING)),
            (Purpose.REGENERATE, {}, (Move.ISSUE, Status.DOWNLOADABLE)),
            (Purpose.REGENERATE, {"status": Status.DOWNLOADABLE}, (Move.ISSUE_AGAIN, Status.DOWNLOADABLE)),
            (Purpose.REGENERATE, PDF, (Move.SUBMIT, Status.GENERATING)),
            (Purpose.REGENERATE, PDF | {"status": Status.DOWNLOADABLE}, (Move.SUBMIT_AGAIN, Status.REGENERATING)),
            (Purpose.JUDGE_ANEW, {"status": Status.DOWNLOADABLE}, None),
            (Purpose.JUDGE_ANEW, {"status": Status.NOT_PASSING}, None),
        ],
        ids=repr,
    )
    def test_what_is_earned_is_made_unless_its_learner_is_only_judged_anew(
        self, purpose: Purpose, learner: dict[str, Any], asked: tuple[Move, Status] | None
    ) -> None:
        decision = decide(facts(**learner), purpose)

        assert effects.move_to(decision) == asked

    @pytest.mark.parametrize(
        ("purpose", "learner", "asked"),
        [
            (Purpose.GENERATE, {"passed": False}, (Move.REFUSE, Status.NOT_PASSING)),
            (Purpose.GENERATE, {"passed": False, "status": Status.DOWNLOADABLE}, None),
            (Purpose.GENERATE, {"passed": False, "status": Status.GENERATING}, None),
            (Purpose.GENERATE, {"beta_tester": True}, None),
            (
                Purpose.GENERATE,
                {"invalidated": True, "status": Status.DOWNLOADABLE},
                (Move.DOWNGRADE, Status.UNAVAILABLE),
            ),
            (Purpose.REGENERATE, {"passed": False, "status": Status.ERROR}, (Move.REFUSE, Status.NOT_PASSING)),
            (Purpose.REGENERATE, {"passed": False, "status": Status.DOWNLOADABLE}, None),
            (Purpose.JUDGE_ANEW, {"passed": False}, (Move.DOWNGRADE, Status.NOT_PASSING)),
            (
                Purpose.JUDGE_ANEW,
                {"passed": False, "status": Status.DOWNLOADABLE},
                (Move.DOWNGRADE, Status.NOT_PASSING),
            ),
            (Purpose.JUDGE_ANEW, {"passed": False, "status": Status.GENERATING}, (Move.DOWNGRADE, Status.NOT_PASSING)),
            (Purpose.JUDGE_ANEW, {"passed": False, "status": Status.DELETING}, None),
        ],
        ids=repr,
    )
    def test_what_is_not_earned_is_refused_and_taken_back_where_it_was_invalidated_or_judged_anew(
        self, purpose: Purpose, learner: dict[str, Any], asked: tuple[Move, Status] | None
    ) -> None:
        decision = decide(facts(**learner), purpose)

        assert effects.move_to(decision) == asked


class TestGivenAWebCertificate:
    def test_a_first_one_gets_a_link_and_its_day(self) -> None:
        after = effects.issued(Fields(), DESIGN, key=KEY, verify_uuid=LINK, now=NOW)

        assert after == replace(Fields(), status=Status.DOWNLOADABLE, verify_uuid=LINK, issued_at=NOW, **DESIGNED)

    def test_a_later_one_keeps_both(self) -> None:
        after = effects.issued(OLD, DESIGN, key=KEY, verify_uuid=LINK, now=NOW)

        assert after == replace(OLD, status=Status.DOWNLOADABLE, **DESIGNED)


class TestGivenAPdf:
    @pytest.mark.parametrize("status", [Status.GENERATING, Status.REGENERATING])
    def test_it_has_no_clock_before_the_queue_has_taken_it(self, status: Status) -> None:
        after = effects.submitted(OLD, DESIGN, status, key=KEY)

        assert after == replace(OLD, status=status, **DESIGNED)

    def test_sent_again_it_has_a_new_key_and_no_clock(self) -> None:
        after = effects.resubmitted(OLD, key=KEY)

        assert after == replace(OLD, key=KEY, submitted_at=None)


class TestGivenARefusal:
    @pytest.mark.parametrize("status", sorted(REFUSED))
    def test_it_carries_the_facts_of_the_moment_and_keeps_the_link(self, status: Status) -> None:
        learner = facts(mode="audit", name="Ada Lovelace", percent=Decimal("0.42"))

        after = effects.refused(OLD, learner, status)

        assert after == replace(
            OLD,
            status=status,
            mode="audit",
            name="Ada Lovelace",
            grade="" if status is Status.UNAVAILABLE else "0.42",
            download_uuid="",
            download_url="",
            error_reason="",
            submitted_at=None,
        )

    def test_without_an_enrollment_the_mode_stays(self) -> None:
        after = effects.refused(OLD, facts(mode=None), Status.UNAVAILABLE)

        assert after.mode == "honor"


class TestGivenADeletion:
    @pytest.mark.parametrize("status", [Status.DELETED, Status.DELETING])
    def test_link_and_file_are_kept(self, status: Status) -> None:
        after = effects.deleted(OLD, status, key=KEY)

        assert after == replace(OLD, status=status, key=KEY, error_reason="", submitted_at=None)


class TestGivenWhatWasWritten:
    def test_the_audit_is_told_the_status_and_what_else_differs(self) -> None:
        before = Fields(status=Status.GENERATING, name="Ada", key="k1")
        after = replace(before, status=Status.DOWNLOADABLE, name="Ada King", key="k2", issued_at=NOW)

        assert effects.told(before, after) == {
            "before": {"status": "generating", "issued_at": None},
            "after": {"status": "downloadable", "issued_at": NOW.isoformat()},
        }

    def test_of_a_row_that_is_new_all_is_told_but_its_name_and_key(self) -> None:
        assert effects.told(None, OLD) == {
            "before": None,
            "after": {
                "status": "error",
                "mode": "honor",
                "grade": "0.6",
                "verify_uuid": "5" * 32,
                "download_uuid": "d" * 32,
                "download_url": "https://certs.example.org/old.pdf",
                "error_reason": "no font",
                "issued_at": "2026-11-12T12:00:00+00:00",
                "submitted_at": "2026-11-13T12:00:00+00:00",
            },
        }

    def test_the_status_is_told_where_it_stays(self) -> None:
        assert effects.told(OLD, replace(OLD, grade="0.7")) == {
            "before": {"status": "error", "grade": "0.6"},
            "after": {"status": "error", "grade": "0.7"},
        }

    def test_of_no_row_there_is_nothing(self) -> None:
        assert effects.told(None, None) == {"before": None, "after": None}


class TestGivenAMove:
    @pytest.mark.parametrize(
        ("before", "after", "new"),
        [
            (None, Status.DOWNLOADABLE, True),
            (Status.NOT_PASSING, Status.DOWNLOADABLE, True),
            (Status.REGENERATING, Status.DOWNLOADABLE, True),
            (Status.DOWNLOADABLE, Status.DOWNLOADABLE, False),
            (Status.DOWNLOADABLE, Status.REGENERATING, False),
            (Status.GENERATING, Status.ERROR, False),
            (None, None, False),
        ],
    )
    def test_it_issues_a_certificate_or_does_not(self, before: Status | None, after: Status | None, new: bool) -> None:
        assert effects.is_new(before, after) is new

    @pytest.mark.parametrize("after", [None, *Status])
    def test_it_takes_a_valid_one_away_unless_that_is_only_made_anew(self, after: Status | None) -> None:
        lost = after not in {Status.DOWNLOADABLE, Status.GENERATING, Status.REGENERATING, Status.ERROR}

        assert effects.is_lost(after, was_valid=True) is lost
        assert effects.is_lost(after, was_valid=False) is False
