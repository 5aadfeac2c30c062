"""Which answer and which move of ours leads from which status to which, and is a settled certificate left alone?"""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from webapp.domain.certificates.statuses import IN_FLIGHT, SETTLED, Status
from webapp.domain.certificates.transitions import (
    ADDABLE,
    REFUSED,
    Answer,
    Move,
    after_answer,
    after_move,
)

MOVES = {
    ("generating", "done"): "downloadable",
    ("regenerating", "done"): "downloadable",
    ("deleting", "done"): "deleted",
    ("generating", "failed"): "error",
    ("regenerating", "failed"): "error",
    ("deleting", "failed"): "error",
}

ADDED_FROM = [
    None,
    "unavailable",
    "notpassing",
    "error",
    "deleted",
    "unverified",
    "audit_passing",
    "audit_notpassing",
    "auditing",
    "restricted",
]
CLOSED = ["honor_passing", "invalidated", "requesting"]
WITH_THE_QUEUE = ["generating", "regenerating", "deleting"]
AT_REST = [*ADDED_FROM, *CLOSED, "downloadable"]
OURS: dict[str, dict[str | None, str]] = {
    "issue": dict.fromkeys(ADDED_FROM, "downloadable"),
    "submit": dict.fromkeys(ADDED_FROM, "generating"),
    "issue_again": dict.fromkeys(AT_REST, "downloadable"),
    "submit_again": dict.fromkeys(AT_REST, "regenerating"),
    "resubmit": {status: status for status in WITH_THE_QUEUE},
    "give_up": dict.fromkeys(WITH_THE_QUEUE, "error"),
    "refuse": dict.fromkeys(AT_REST, "unverified"),
    "downgrade": dict.fromkeys([*AT_REST, "generating", "regenerating"], "unverified"),
    "delete": dict.fromkeys(["downloadable", "error"], "deleted"),
    "remove": dict.fromkeys(["downloadable", "error"], "deleting"),
    "erase": dict.fromkeys(["downloadable", "error", *WITH_THE_QUEUE], "deleted"),
}
ANY_STATUS = [None, *Status]


class TestGivenEachStatus:
    @pytest.mark.parametrize("answer", Answer)
    @pytest.mark.parametrize("status", Status)
    def test_an_answer_makes_the_six_decided_moves_and_no_other(self, status: Status, answer: Answer) -> None:
        target = after_answer(status, answer)

        assert target == MOVES.get((status.value, answer.value))

    @pytest.mark.parametrize("answer", Answer)
    @pytest.mark.parametrize("status", sorted(IN_FLIGHT))
    def test_what_is_in_flight_is_settled_by_any_answer(self, status: Status, answer: Answer) -> None:
        target = after_answer(status, answer)

        assert target in SETTLED

    def test_only_what_makes_a_file_needs_one(self) -> None:
        needs = {status for status in Status if after_answer(status, Answer.DONE) is Status.DOWNLOADABLE}

        assert needs == {Status.GENERATING, Status.REGENERATING}

    @pytest.mark.parametrize("move", Move)
    @pytest.mark.parametrize("status", ANY_STATUS)
    def test_a_move_of_ours_leads_where_it_was_decided(self, status: Status | None, move: Move) -> None:
        reached = after_move(status, move, Status.UNVERIFIED)

        assert reached == OURS[move].get(status)

    @pytest.mark.parametrize("target", ANY_STATUS)
    def test_a_refusal_leads_to_a_refusals_status_alone(self, target: Status | None) -> None:
        moves = [
            after_move(status, move, target)
            for status in (None, Status.NOT_PASSING, Status.DOWNLOADABLE)
            for move in (Move.REFUSE, Move.DOWNGRADE)
        ]

        assert set(moves) == {target if target in REFUSED else None}

    @pytest.mark.parametrize("move", sorted(set(Move) - {Move.REFUSE, Move.DOWNGRADE}))
    def test_no_other_move_can_be_told_where_to_lead(self, move: Move) -> None:
        told = [after_move(status, move, target) for status in ANY_STATUS for target in Status]

        assert told == [after_move(status, move) for status in ANY_STATUS for _ in Status]

    def test_a_refusals_status_is_one_of_six_and_can_be_left_again(self) -> None:
        words = {"unavailable", "unverified", "notpassing", "restricted", "audit_passing", "audit_notpassing"}

        assert words == REFUSED
        assert REFUSED <= ADDABLE


class TestGivenAnySequenceOfAnswers:
    @given(st.sampled_from(Status), st.lists(st.sampled_from(Answer), max_size=12))
    def test_a_certificate_moves_once_at_most(self, status: Status, answers: list[Answer]) -> None:
        visited = [status]

        for answer in answers:
            visited.append(after_answer(visited[-1], answer) or visited[-1])

        moves = [pair for pair in pairwise(visited) if pair[0] is not pair[1]]
        assert len(moves) == (1 if answers and status in IN_FLIGHT else 0)


class Certificate(RuleBasedStateMachine):
    """One certificate between the queue's answers and new submissions."""

    status = Status.UNAVAILABLE
    answered = 0

    @initialize(status=st.sampled_from(Status))
    def _begin(self, status: Status) -> None:
        self.status = status
        self.answered = 0

    @rule(status=st.sampled_from(sorted(IN_FLIGHT)))
    def submit(self, status: Status) -> None:
        """A new job is sent."""
        self.status = status
        self.answered = 0

    @rule(answer=st.sampled_from(Answer))
    def answer(self, answer: Answer) -> None:
        """The queue answers."""
        before, after = self.status, after_answer(self.status, answer)

        assert (after is not None) == (before in IN_FLIGHT)
        self.answered += after is not None
        self.status = after or before

    @invariant()
    def one_answer_a_job_is_taken(self) -> None:
        """A job has one answer at most, and is settled by it."""
        assert self.answered <= 1
        assert not self.answered or self.status in SETTLED


Certificate.TestCase.settings = settings(stateful_step_count=20)
TestGivenACertificateThroughItsLife = Certificate.TestCase
