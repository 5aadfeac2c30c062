"""Is everybody told of what concerns them, in the words for their part, and nobody of what they did?"""

from datetime import timedelta

import pytest

from tests.fakes import NOON
from webapp.domain.approval.notices import NOTICES, SILENT, People, mail_due_at, names_in, recipients

ACTOR, AUTHOR, ASKED, HOLDER, WRITER, APPROVER, NAMED, WROTE_AND_APPROVES = range(1, 9)
EVERYBODY = People(
    actor=ACTOR,
    author=AUTHOR,
    asked=ASKED,
    holder=HOLDER,
    contributors=frozenset({AUTHOR, WRITER, WROTE_AND_APPROVES}),
    approvers=frozenset({ACTOR, ASKED, HOLDER, APPROVER, WROTE_AND_APPROVES}),
    mentioned=frozenset({NAMED}),
)
DECIDERS = {ASKED, HOLDER, APPROVER}
WRITERS = {AUTHOR, WRITER, WROTE_AND_APPROVES}

TOLD: list[tuple[str, set[int]]] = [
    ("change.proposed", DECIDERS),
    ("change.edited", DECIDERS | WRITERS),
    ("change.rebased", DECIDERS | WRITERS),
    ("change.reworded", {ASKED, AUTHOR}),
    ("change.scheduled", {AUTHOR}),
    ("change.applied", {AUTHOR}),
    ("change.approval_taken_back", {AUTHOR}),
    ("change.held", {AUTHOR}),
    ("change.resumed", {AUTHOR}),
    ("change.rejected", {AUTHOR}),
    ("change.withdrawn", {ASKED}),
    ("change.schedule_failed", {AUTHOR}),
    ("change.stale", {AUTHOR}),
    ("change.expiring", DECIDERS | {AUTHOR}),
    ("change.expired", {AUTHOR}),
    ("change.commented", WRITERS | {NAMED, HOLDER, ASKED}),
    ("change.emergency", DECIDERS | WRITERS),
    ("change.reviewed", WRITERS),
    ("change.approved", set()),
    ("change.refused", set()),
]


class TestGivenAnAct:
    @pytest.mark.parametrize(("action", "told"), TOLD)
    def test_these_are_told_and_nobody_else(self, action: str, told: set[int]) -> None:
        assert recipients(action, EVERYBODY).keys() == told

    def test_the_table_above_has_them_all(self) -> None:
        assert {action for action, _ in TOLD} == NOTICES.keys() | SILENT

    @pytest.mark.parametrize("action", NOTICES)
    @pytest.mark.parametrize("part", ["author", "asked", "holder"])
    def test_whoever_did_it_is_never_told(self, action: str, part: str) -> None:
        alone = People(actor=7, contributors=frozenset({7}), approvers=frozenset({7}), mentioned=frozenset({7}))
        both = People(actor=7, author=7, asked=7, holder=7, approvers=frozenset({7}))

        assert recipients(action, alone) == recipients(action, both) == {}

    @pytest.mark.parametrize("action", NOTICES)
    def test_by_the_schedule_nobody_is_left_out(self, action: str) -> None:
        people = People(author=AUTHOR, asked=ASKED, approvers=frozenset({ASKED}))

        assert recipients(action, people)

    @pytest.mark.parametrize("action", NOTICES)
    def test_nobody_is_told_where_nobody_has_a_part(self, action: str) -> None:
        assert recipients(action, People()) == {}


class TestGivenSomebodyWithTwoParts:
    @pytest.mark.parametrize(
        ("action", "people", "words"),
        [
            ("change.proposed", People(asked=5, approvers=frozenset({5})), "You are asked to decide on a change"),
            ("change.edited", People(author=5, contributors=frozenset({5})), "Your change was edited"),
            ("change.commented", People(author=5, mentioned=frozenset({5})), "You are named in a comment on a change"),
            (
                "change.emergency",
                People(contributors=frozenset({5}), approvers=frozenset({5})),
                "A change was made live in an emergency; somebody has to look at it",
            ),
        ],
    )
    def test_the_first_words_count(self, action: str, people: People, words: str) -> None:
        assert recipients(action, people) == {5: words}

    @pytest.mark.parametrize("action", NOTICES)
    def test_whom_it_is_about_is_told_as_no_decider(self, action: str) -> None:
        people = People(author=AUTHOR, asked=APPROVER, approvers=frozenset({APPROVER, HOLDER}), about=APPROVER)

        told = recipients(action, people)

        assert (APPROVER in told) == (action == "change.emergency")  # of which all approvers are told
        assert people.deciders == {HOLDER}

    def test_whoever_was_asked_and_may_not_decide_is_not_asked(self) -> None:
        lost_the_role = People(asked=5)
        wrote_on_it = People(asked=5, approvers=frozenset({5}), contributors=frozenset({5}))

        assert recipients("change.proposed", lost_the_role) == recipients("change.proposed", wrote_on_it) == {}


class TestGivenTheWords:
    @pytest.mark.parametrize("action", NOTICES)
    def test_they_fit_a_row_and_are_a_sentence_without_its_end(self, action: str) -> None:
        words = [words for _, words in NOTICES[action]]

        assert len(set(words)) == len(words)
        assert [said for said in words if len(said) > 255 or said.endswith(".") or not said[0].isupper()] == []


class TestGivenAComment:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Nobody is named.", ()),
            ("@amir, look", ("amir",)),
            ("See (@amir) and @amir again, then @eva.", ("amir", "eva")),
            ("Write to eva@example.org", ()),
            ("@first.last+x@ wrote", ("first.last+x",)),
            ("@", ()),
            ("@@amir", ()),
            ("@محمد look", ("محمد",)),
            (" ".join(f"@n{number}" for number in range(30)), tuple(f"n{number}" for number in range(20))),
        ],
    )
    def test_these_names_are_in_it(self, text: str, names: tuple[str, ...]) -> None:
        assert names_in(text) == names


class TestGivenAMail:
    @pytest.mark.parametrize(
        ("minutes_ago", "due_in_minutes"), [(None, 0), (0, 5), (1, 4), (4.5, 0.5), (5, 0), (60, 0), (-1, 6)]
    )
    def test_the_next_one_leaves_five_minutes_later(self, minutes_ago: float | None, due_in_minutes: float) -> None:
        last = None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago)

        assert mail_due_at(last, NOON) == NOON + timedelta(minutes=due_in_minutes)
