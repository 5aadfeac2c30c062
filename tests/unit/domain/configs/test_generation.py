"""What does the switch for everybody say?"""

import pytest

from webapp.domain.configs.generation import check, parse, sentences
from webapp.domain.configs.proposals import Checked, Payload, Proposal

ON: Payload = {"enabled": True}
OFF: Payload = {"enabled": False}


class TestGivenTheSwitch:
    @pytest.mark.parametrize("payload", [ON, OFF])
    def test_it_is_on_or_off(self, payload: Payload) -> None:
        assert parse(payload) == payload
        assert check(Proposal("-", payload)) == Checked()

    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            (OFF, ON, ("Self-generation will be switched on for all courses that allow it.",)),
            (None, ON, ("Self-generation will be switched on for all courses that allow it.",)),
            (ON, OFF, ("Self-generation will be switched off for all courses, whatever they allow.",)),
            (None, OFF, ("Self-generation stays switched off for all courses.",)),
            (ON, ON, ()),
        ],
    )
    def test_its_change_is_told(self, before: Payload | None, after: Payload, told: tuple[str, ...]) -> None:
        assert sentences(before, after) == told
