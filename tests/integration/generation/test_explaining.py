"""Does the explanation say what generating would do, and why, without doing it?"""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.candidates import (
    BEFORE,
    CCX,
    FAILING,
    HTML,
    PDF,
    make_candidate,
    make_holder,
    make_others,
    make_run,
)
from tests.factories.orders import SAM, an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.domain.certificates import eligibility
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors import UnknownLearner
from webapp.ports import QueueUnreachable
from webapp.services.certificates import explanation
from webapp.services.certificates.explanation import Explanation
from webapp.services.following.moves import EVERYTHING_USUAL
from webapp.services.generation import acts
from webapp.services.records import intake

AGAINST: list[dict[str, Any]] = [
    {},
    FAILING,
    {"mode": "audit"},
    {"mode": None},
    {"id_status": "denied"},
    {"beta_tester": True},
    {"allow_certificate": False},
    {"name": ""},
    {"on_allowlist": True, **FAILING},
]


RECORDS: list[dict[str, Any]] = [
    {"type": "learner", "username": "ada", "name": "Ada Byron"},
    {"type": "course", "course_id": HTML, "display_name": "Web"},
    {"type": "course_role", "username": "ada", "course_id": HTML, "role": "beta_tester"},
]
RENAMED = {"type": "learner", "username": "ada", "name": "Ada Lovelace"}


def explain(desk: Desk, course_id: CourseId, *, queue_configured: bool = True) -> Explanation:
    """Have it explained why ada has a certificate, or has none."""
    with desk.look() as session:
        return explanation.explain(session, "ada", course_id, now=NOON, queue_configured=queue_configured)


class TestGivenALearner:
    @pytest.mark.any_database
    @pytest.mark.parametrize("course_id", [HTML, PDF, CCX])
    @pytest.mark.parametrize("against", AGAINST, ids=str)
    def test_it_says_what_generating_then_does(self, desk: Desk, against: dict[str, Any], course_id: CourseId) -> None:
        with desk.work() as session:
            make_run(session, course_id)
            make_others(session, of=make_candidate(session, course_id=course_id, **against), course_id=course_id)

        explained = explain(desk, course_id)
        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", course_id)

        assert explained.decision.path is made.decision.path
        assert explained.decision.refused_by == made.decision.refused_by
        assert [(seen.check.code, seen.passed) for seen in explained.checks] == [
            (check.code, passed) for check, passed in made.decision.trace
        ]

    def test_it_writes_nothing(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)

        explain(desk, PDF)

        assert (desk.certificate("ada", HTML), desk.told(), desk.entries()) == (None, [], [])

    def test_each_check_says_what_it_saw_since_when_and_from_where(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, **FAILING)

        seen = {seen.check.code: (seen.passed, seen.fact, seen.source, seen.at) for seen in explain(desk, HTML).checks}

        assert seen["not_passing"] == (False, "Grade 42 %: not passing.", "Grade, from the platform", BEFORE)
        assert seen["not_enrolled"] == (True, "Enrolled as verified.", "Enrollment, from the platform", BEFORE)
        assert seen["already_issued"] == (True, "There is no certificate yet.", "Certificate", None)

    def test_records_say_when_the_platform_last_told_something_new(self, desk: Desk) -> None:
        with desk.work() as session:
            for records, at in ((RECORDS, BEFORE), ([*RECORDS[1:], RENAMED], NOON)):
                lines = [intake.read_line(n, json.dumps(record).encode()) for n, record in enumerate(records)]
                intake.take(session, SAM, lines, switches=EVERYTHING_USUAL, now=at)

        seen = {seen.check.code: seen.at for seen in explain(desk, HTML).checks}

        assert (seen["not_allowed"], seen["no_name"]) == (NOON, NOON)
        assert (seen["course_unknown"], seen["no_delivery"]) == (BEFORE, BEFORE)
        assert seen["beta_tester"] == BEFORE

    def test_what_was_never_dated_has_no_date(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, beta_tester=True)

        seen = {seen.check.code: seen.at for seen in explain(desk, HTML).checks}

        assert {seen[code] for code in ("not_allowed", "no_name", "course_unknown", "no_delivery", "beta_tester")} == {
            None
        }

    def test_an_unknown_one_is_refused(self, desk: Desk) -> None:
        with pytest.raises(UnknownLearner):
            explain(desk, HTML)


class TestGivenACertificate:
    @pytest.mark.parametrize("status", sorted(Status))
    def test_it_is_shown_with_its_timeline(self, desk: Desk, status: Status) -> None:
        with desk.work() as session:
            make_holder(session, status)
        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", HTML)

        explained = explain(desk, HTML)

        assert explained.certificate is not None
        assert explained.certificate.id == desk.held("ada", HTML).id
        assert len(explained.timeline) >= 1

    def test_an_invalidation_says_by_whom_and_since_when(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        seen = next(seen for seen in explain(desk, HTML).checks if seen.check.code == "invalidated")

        assert (seen.passed, seen.fact, seen.at) == (False, "Invalidated by sam.", NOON)


class TestGivenAJobThatWaits:
    def test_its_tries_and_its_last_problem_are_shown(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)
        desk.queue.fault = QueueUnreachable("cannot connect to server")
        desk.send()

        (waiting,) = explain(desk, PDF).waiting

        assert (waiting.channel, waiting.tries, waiting.last_problem) == ("xqueue", 1, "cannot connect to server")
        assert waiting.next_try_at == desk.entry().next_try_at

    def test_once_it_has_left_nothing_waits(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, an_order(now=clock.now() - timedelta(minutes=1)), "ada", PDF)
        desk.send()

        assert explain(desk, PDF).waiting == []


class TestGivenNoQueue:
    def test_a_pdf_course_says_what_to_set(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, PDF)

        failed = [seen.check for seen in explain(desk, PDF, queue_configured=False).checks if not seen.passed]

        assert [check.code for check in failed] == ["no_delivery"]
        assert "CERTDESK_XQUEUE_URL" in failed[0].advice


class TestGivenEveryCheckThereIs:
    @pytest.mark.parametrize("rules", sorted(eligibility.CHECKS))
    def test_it_can_be_put_into_words(self, rules: tuple[eligibility.Path, eligibility.Purpose], desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)
        known = explain(desk, HTML).facts

        for check in eligibility.CHECKS[rules]:
            assert all((check.title, check.advice, check.who, explanation.see(check, True, known).source))
