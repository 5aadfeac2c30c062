"""What would the event bus hear of an act?"""

import pytest

from webapp.domain.bus.lifecycle import Happening
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Move
from webapp.domain.support.foresight import OF_DATES, Act, Foreseen


def foreseen(before: Status | None, after: Status | None, move: Move | None) -> Foreseen:
    return Foreseen(Act.GENERATE, before, after, None, move, before is Status.DOWNLOADABLE, False, True)


@pytest.mark.parametrize(
    ("before", "after", "move", "heard"),
    [
        (None, Status.DOWNLOADABLE, Move.ISSUE, (Happening.CHANGED, Happening.CREATED)),
        (Status.DOWNLOADABLE, Status.UNAVAILABLE, Move.DOWNGRADE, (Happening.CHANGED, Happening.REVOKED)),
        (Status.UNAVAILABLE, Status.UNAVAILABLE, Move.DOWNGRADE, ()),
        (Status.DOWNLOADABLE, Status.DOWNLOADABLE, None, ()),
        (None, None, None, ()),
    ],
)
def test_it_hears_what_the_move_itself_will_tell(
    before: Status | None, after: Status | None, move: Move | None, heard: tuple[Happening, ...]
) -> None:
    assert foreseen(before, after, move).happenings == heard


@pytest.mark.parametrize("act", sorted(OF_DATES))
@pytest.mark.parametrize("status", [Status.DOWNLOADABLE, Status.UNAVAILABLE])
def test_of_another_day_it_hears_that_something_changed(act: Act, status: Status) -> None:
    seen = Foreseen(act, status, status, None, None, status is Status.DOWNLOADABLE, False, True)

    assert seen.happenings == (Happening.CHANGED,)
