"""When is a certificate's page another one to whoever has it already?"""

from datetime import timedelta

import pytest

from tests.fakes import NOON
from webapp.domain.certificates.page.voices import minute_text
from webapp.web.public.certificate import tag_of


@pytest.mark.parametrize(("seconds", "same"), [(0, True), (59, True), (60, False), (7 * 86_400, False)])
def test_it_is_the_same_for_the_minute_in_which_it_was_looked_at(seconds: int, same: bool) -> None:
    first, later = (
        tag_of(f'<time datetime="{at.isoformat(timespec="seconds")}">{minute_text(at)}</time>', at)
        for at in (NOON, NOON + timedelta(seconds=seconds))
    )

    assert (first == later) is same
