"""Which date stands on a certificate, and how is it written (decision 18)?"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.fakes import NOON
from webapp.domain.certificates.page.voices import date_text
from webapp.domain.certificates.visibility import CourseDates, shown_date

PAST, FUTURE = NOON - timedelta(days=3), NOON + timedelta(days=3)
OVERRIDE, ISSUED = NOON - timedelta(days=1), NOON - timedelta(days=9)


class TestGivenDates:
    @pytest.mark.parametrize(
        ("override", "dates", "shown"),
        [
            (OVERRIDE, CourseDates(available_at=PAST), OVERRIDE),
            (OVERRIDE, CourseDates(), OVERRIDE),
            (None, CourseDates(available_at=PAST), PAST),
            (None, CourseDates(available_at=NOON), NOON),
            (None, CourseDates(available_at=FUTURE), ISSUED),
            (None, CourseDates(self_paced=True, available_at=PAST), ISSUED),
            (None, CourseDates(end=PAST), ISSUED),
            (None, CourseDates(), ISSUED),
        ],
    )
    def test_the_override_counts_then_the_available_date_then_the_issue(
        self, override: datetime | None, dates: CourseDates, shown: datetime
    ) -> None:
        found = shown_date(override=override, dates=dates, issued_at=ISSUED, now=NOON)

        assert found == shown

    @pytest.mark.parametrize(
        ("moment", "text"),
        [
            (datetime(2026, 1, 5, tzinfo=UTC), "January 5, 2026"),
            (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "December 31, 2026"),
            (datetime(2027, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), "December 31, 2026"),
        ],
    )
    def test_a_day_is_written_out_in_utc(self, moment: datetime, text: str) -> None:
        assert date_text(moment) == text
