"""Which date stands on a certificate, and how is it written (decision 18)?"""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tests.fakes import NOON
from webapp.domain.certificates.page.voices import date_text
from webapp.domain.certificates.visibility import CourseDates, may_show_day, shown_date

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


class TestGivenADayThatStaffWantShown:
    @pytest.mark.parametrize(
        ("day", "now", "may"),
        [
            (date(2026, 8, 23), datetime(2026, 8, 23, 0, 0, tzinfo=UTC), True),
            (
                date(2026, 8, 23),
                datetime(2026, 8, 22, 10, 0, tzinfo=UTC),
                True,
            ),  # it has begun on the islands of the east
            (date(2026, 8, 23), datetime(2026, 8, 22, 9, 59, tzinfo=UTC), False),
            (date(2026, 8, 23), datetime(2026, 8, 22, 23, 59, tzinfo=timezone(timedelta(hours=14))), False),
            (date(1970, 1, 1), NOON, True),
            (date(1969, 12, 31), NOON, False),
            (date(26, 8, 23), NOON, False),
            (date.max, NOON, False),
        ],
    )
    def test_it_has_begun_somewhere_and_is_no_slip_of_the_hand(self, day: date, now: datetime, may: bool) -> None:
        assert may_show_day(day, now) is may
