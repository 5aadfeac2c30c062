"""What holds for every verdict, whatever is known of the learner and the course run?"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.facts import NOW, facts
from webapp.domain.certificates.eligibility import Path, Purpose, decide
from webapp.domain.certificates.facts import Facts, grade_text
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.pdf_templates import design
from webapp.domain.certificates.refusals import grade_left_by, status_left_by
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import REFUSED, Move, after_move
from webapp.domain.identifiers import COURSE_ID_LENGTH, CourseId, parse_course_id

KEYS = [
    parse_course_id(text)
    for text in (
        "course-v1:edX+DemoX+2026",
        "edX/DemoX/2026",
        "ccx-v1:edX+DemoX+2026+ccx@7",
        "course-v1:清华+李明+1",
        "course-v1:Universität+Größe+2026_Frühjahr",
        "course-v1:edX+DemoX+".ljust(COURSE_ID_LENGTH, "r"),
        "course-v1:edX+".ljust(COURSE_ID_LENGTH - 2, "c") + "+1",
    )
]
OFFERED: list[tuple[tuple[str, bool], ...]] = [
    (),
    (("honor", False), ("verified", True)),
    (("verified", False), ("professional", True), ("honor", True)),
]
NAMES = ["", " ", "李明", "Zoë <b>", "\u202ex", "\u200b", "x" * 255, "O\u2019Neil \U0001f600"]
GRADES = [None, *(Decimal(text) for text in ("0", "0.0999", "0.5999", "0.8700", "0.9999", "1"))]
CHANGES: dict[str, list[Any]] = {
    "course_id": KEYS,
    "known": [False],
    "ccx": [True],
    "html": [False],
    "updated_rules": [False],
    "queue_configured": [True],
    "modes": OFFERED,
    "username": ["李", "\U0001f600", "x" * 150],
    "name": NAMES,
    "allowed": [False],
    "mode": [None, *Mode, "from-elsewhere"],
    "active": [False],
    "percent": GRADES,
    "letter": ["", "<b>A</b>"],
    "passed": [False],
    "id_status": ["denied", ""],
    "id_expires_at": [NOW - timedelta(days=1), NOW + timedelta(days=1)],
    "on_allowlist": [True],
    "beta_tester": [True],
    "status": [*Status],
    "invalidated": [True],
    "forced_label": ["A", "<i></i>"],
    "template": ["gold.pdf"],
}
CHANGE = st.sampled_from([(name, value) for name, values in CHANGES.items() for value in values])
OFTEN = st.sampled_from(
    [("html", False), ("passed", False), ("id_status", ""), ("invalidated", True), ("mode", "audit")]
)
ANYBODY = st.lists(st.one_of(CHANGE, OFTEN), max_size=7).map(lambda changes: facts(**dict(changes)))
EARNING: dict[str, Any] = {
    "allowed": True,
    "passed": True,
    "id_status": "approved",
    "id_expires_at": None,
    "beta_tester": False,
    "status": None,
    "invalidated": False,
}
PURPOSES = st.sampled_from(Purpose)


class TestGivenAnybody:
    @given(ANYBODY, PURPOSES, st.randoms(use_true_random=False))
    def test_the_order_of_facts_decides_nothing(self, learner: Facts, purpose: Purpose, order: Random) -> None:
        modes, words = list(learner.course.modes), list(learner._asdict().items())
        order.shuffle(modes)
        order.shuffle(words)

        plain = decide(learner, purpose)
        other = decide(Facts(**dict(words) | {"course": replace(learner.course, modes=tuple(modes))}), purpose)

        assert (other.trace, status_left_by(other)) == (plain.trace, status_left_by(plain))
        assert not plain.earned or design(other) == design(plain)

    @given(ANYBODY, PURPOSES)
    def test_the_trace_names_all_that_failed_and_the_first_refuses(self, learner: Facts, purpose: Purpose) -> None:
        decision = decide(learner, purpose)

        failing = [check for check, _ in decision.trace if not check.passes(learner)]
        assert decision.failed == tuple(check.code for check in failing)
        assert decision.refused_by == next((check.code for check in failing), None)
        assert decision.earned is (not failing)

    @given(ANYBODY, PURPOSES)
    def test_each_check_speaks_in_sentences(self, learner: Facts, purpose: Purpose) -> None:
        trace = decide(learner, purpose).trace

        said = [(check.fact(learner), check.advice) for check, passed in trace if not passed]
        assert all(fact[0].isupper() and fact[-1] == advice[-1] == "." for fact, advice in said)
        assert all(check.fact(learner).strip() for check, _ in trace)

    @given(ANYBODY, PURPOSES)
    def test_a_refusal_leaves_a_refusals_status_or_nothing(self, learner: Facts, purpose: Purpose) -> None:
        decision = decide(learner, purpose)

        left = status_left_by(decision)

        assert left is None or (left in REFUSED and not decision.earned)
        assert left is None or len(grade_left_by(left, learner)) <= 5

    @given(ANYBODY, PURPOSES)
    def test_the_state_machine_allows_what_is_left(self, learner: Facts, purpose: Purpose) -> None:
        left = status_left_by(decide(learner, purpose))
        move = Move.DOWNGRADE if purpose is Purpose.JUDGE_ANEW else Move.REFUSE

        reached = after_move(learner.status, move, left)

        assert reached is left

    @given(ANYBODY, PURPOSES)
    def test_the_purpose_spares_nobody_a_check_but_of_the_status(self, learner: Facts, purpose: Purpose) -> None:
        generated, other = decide(learner), decide(learner, purpose)

        spared = set(generated.failed) - set(other.failed)
        assert spared <= {"already_issued", "in_flight", "closed_status"}
        assert set(other.failed) <= set(generated.failed)


class TestGivenAnIssuedCertificate:
    @given(ANYBODY, st.sampled_from([Purpose.GENERATE, Purpose.REGENERATE]))
    def test_only_an_invalidation_takes_it(self, learner: Facts, purpose: Purpose) -> None:
        issued = learner._replace(status=Status.DOWNLOADABLE)

        left = status_left_by(decide(issued, purpose))

        assert left is None or (issued.invalidated and left is Status.UNAVAILABLE)


class TestGivenALearnerWithAnInvalidation:
    @given(ANYBODY, PURPOSES)
    def test_they_earn_nothing_and_are_never_hidden(self, learner: Facts, purpose: Purpose) -> None:
        decision = decide(learner._replace(invalidated=True), purpose)

        left = status_left_by(decision)

        assert "invalidated" in decision.failed
        assert left in {None, Status.UNAVAILABLE}


class TestGivenAnEarnedCertificate:
    @given(ANYBODY, PURPOSES, st.sampled_from(KEYS), st.text(min_size=1, max_size=9))
    def test_it_can_always_be_made(self, learner: Facts, purpose: Purpose, key: CourseId, name: str) -> None:
        run = replace(learner.course, course_id=key, known=True, ccx=False, queue_configured=True)
        earning = {"mode": "honor" if learner.mode in {None, "audit"} else learner.mode, "name": f"A{name}"}
        decision = decide(facts(**learner._asdict() | EARNING | earning | {"course": run}), purpose)

        made = design(decision)

        assert decision.earned
        assert (made.name, made.through_queue) == (f"A{name}", not run.html)
        assert made.template.endswith(".pdf") is made.through_queue
        assert made.mode in {decision.facts.mode, "verified"}

    @given(ANYBODY, PURPOSES)
    def test_its_grade_fits_and_is_not_rounded_up(self, learner: Facts, purpose: Purpose) -> None:
        decision = decide(learner, purpose)

        grade = design(decision).grade if decision.earned else grade_text(learner.percent)

        assert len(grade) <= 5
        assert Decimal(grade or 0) <= (learner.percent or 0)

    @given(ANYBODY)
    def test_the_allowlist_never_stands_in_its_way(self, learner: Facts) -> None:
        before = decide(learner._replace(on_allowlist=False, template=""))

        after = decide(learner._replace(on_allowlist=True, template=""))

        assert after.path is Path.ALLOWLIST
        assert set(after.failed) - set(before.failed) <= {"id_not_verified"}
