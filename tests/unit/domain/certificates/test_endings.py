"""How does the world hear that a certificate came not to be valid (ecosystem note §4)?"""

import pytest

from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import Ending, ending


@pytest.mark.parametrize(
    ("status", "invalidated", "was_issued", "how"),
    [
        (Status.UNAVAILABLE, True, True, Ending.INVALIDATED),
        (Status.DOWNLOADABLE, True, True, Ending.INVALIDATED),
        (Status.DELETED, True, True, Ending.INVALIDATED),
        (Status.INVALIDATED, False, True, Ending.INVALIDATED),
        (Status.DELETING, False, True, Ending.DELETED),
        (Status.DELETED, False, False, Ending.DELETED),
        (Status.NOT_PASSING, False, True, Ending.TAKEN_BACK),
        (Status.UNAVAILABLE, False, True, Ending.TAKEN_BACK),
        (Status.UNVERIFIED, False, False, Ending.UNFINISHED),
        (Status.ERROR, False, False, Ending.UNFINISHED),
    ],
)
def test_an_invalidation_is_told_before_a_deletion(
    status: Status, *, invalidated: bool, was_issued: bool, how: Ending
) -> None:
    assert ending(status, invalidated=invalidated, was_issued=was_issued) is how
