"""Does every status have its word, and do the named sets hold what the domain note says?"""

import pytest

from webapp.domain.certificates.modes import ASKS_ID_VERIFICATION, Mode, asks_id_verification
from webapp.domain.certificates.statuses import (
    HIDDEN,
    IN_FLIGHT,
    LABELS,
    PASSED,
    SETTLED,
    ExampleStatus,
    Status,
    label_of,
)

WIRE_WORDS = {
    "unavailable",
    "generating",
    "regenerating",
    "deleting",
    "deleted",
    "downloadable",
    "error",
    "notpassing",
    "restricted",
    "auditing",
    "audit_passing",
    "audit_notpassing",
    "honor_passing",
    "unverified",
    "invalidated",
    "requesting",
}


class TestGivenEachStatus:
    def test_all_of_the_domain_note_are_there(self) -> None:
        words = {status.value for status in Status}

        assert words == WIRE_WORDS

    @pytest.mark.parametrize("status", [*Status, *ExampleStatus])
    def test_it_has_a_label(self, status: Status | ExampleStatus) -> None:
        label = label_of(status)

        assert label == LABELS[status]
        assert label[0].isupper()

    def test_no_two_share_a_label(self) -> None:
        labels = [LABELS[status] for status in Status]

        assert len(set(labels)) == len(labels)

    @pytest.mark.parametrize("word", ["", "from_elsewhere", "Downloadable"])
    def test_a_word_from_elsewhere_stands_as_it_is(self, word: str) -> None:
        label = label_of(word)

        assert label == word

    @pytest.mark.parametrize("status", Status)
    def test_it_fits_its_column(self, status: Status) -> None:
        length = len(status.value)

        assert length <= 32


class TestGivenTheNamedSets:
    def test_they_hold_what_the_domain_note_says(self) -> None:
        sets: tuple[object, ...] = (PASSED, IN_FLIGHT, SETTLED, HIDDEN)

        assert sets == (
            {Status.DOWNLOADABLE, Status.GENERATING},
            {Status.GENERATING, Status.REGENERATING, Status.DELETING},
            {Status.DOWNLOADABLE, Status.DELETED, Status.ERROR},
            {Status.AUDIT_PASSING, Status.AUDIT_NOT_PASSING},
        )

    def test_nothing_is_settled_or_hidden_while_in_flight(self) -> None:
        others = SETTLED | HIDDEN

        assert not IN_FLIGHT & others
        assert not SETTLED & HIDDEN


class TestGivenEachMode:
    @pytest.mark.parametrize("mode", Mode)
    def test_it_asks_for_an_identity_as_decided(self, mode: Mode) -> None:
        asks = asks_id_verification(mode.value)

        assert asks == (mode in ASKS_ID_VERIFICATION)
        assert asks == (
            mode.value
            in {
                "verified",
                "credit",
                "masters",
                "executive-education",
                "paid-executive-education",
                "paid-bootcamp",
            }
        )

    def test_an_unknown_mode_asks_for_none(self) -> None:
        asks = asks_id_verification("from-elsewhere")

        assert asks is False
