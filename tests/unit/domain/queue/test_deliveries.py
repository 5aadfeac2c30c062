"""Does each thing that can become of a delivery have its words?"""

import pytest

from webapp.domain.queue.deliveries import (
    CONTENTS,
    EXPLANATIONS,
    LABELS,
    NOTHING_TO_DO,
    REFUSED,
    Endpoint,
    Outcome,
)


class TestGivenEachOutcome:
    @pytest.mark.parametrize("outcome", Outcome)
    def test_it_has_a_label_and_an_explanation(self, outcome: Outcome) -> None:
        label, explanation = LABELS[outcome], EXPLANATIONS[outcome]

        assert label[0].isupper()
        assert explanation.endswith(".")

    @pytest.mark.parametrize("outcome", Outcome)
    def test_somebody_looks_at_it_unless_it_is_harmless(self, outcome: Outcome) -> None:
        harmless = outcome in NOTHING_TO_DO

        assert harmless == (outcome in {Outcome.APPLIED, Outcome.DUPLICATE})
        assert harmless != (outcome in REFUSED)

    def test_no_two_share_a_label(self) -> None:
        labels = list(LABELS.values())

        assert len(set(labels)) == len(Outcome)

    @pytest.mark.parametrize("word", [*Outcome, *Endpoint])
    def test_it_fits_its_column(self, word: str) -> None:
        length = len(word)

        assert length <= 32


class TestGivenARefusalToldToTheQueue:
    @pytest.mark.parametrize(
        ("outcome", "content"),
        [
            (Outcome.UNKNOWN_KEY, "unable to lookup key"),
            (Outcome.INVALID_STATUS, "invalid cert status"),
            (Outcome.DUPLICATE, "invalid cert status"),
            (Outcome.CONFLICT, "invalid cert status"),
            (Outcome.LIMITED, "Rate limit exceeded"),
        ],
    )
    def test_it_has_the_words_of_the_old_platform(self, outcome: Outcome, content: str) -> None:
        told = CONTENTS[outcome]

        assert told == content
