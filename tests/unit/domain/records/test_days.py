"""Which days are taken, and with which reason are others refused?"""

from datetime import date

import pytest

from webapp.domain.records.fields import day

NO_DAY = "^must be a day, such as 2026-01-31, or a time with a zone$"


class TestGivenADay:
    @pytest.mark.parametrize(
        ("told", "meant"),
        [
            ("2026-01-31", date(2026, 1, 31)),
            ("2026-01-31T00:00:00Z", date(2026, 1, 31)),
            ("2026-01-31T23:59:59.999999+00:00", date(2026, 1, 31)),
            ("2026-01-31T23:30:00-05:00", date(2026, 2, 1)),
            ("2026-02-01T01:30:00+02:00", date(2026, 1, 31)),
            ("0001-01-01", date.min),
            ("9999-12-31", date.max),
        ],
    )
    def test_it_is_that_of_the_moment_in_utc(self, told: str, meant: date) -> None:
        assert day(told) == meant
        assert type(day(told)) is date


class TestGivenWhatIsNone:
    @pytest.mark.parametrize(
        "told",
        [
            "", "2026-01-32", "2026-1-31", "20260131", "2026-W05-6", "31.1.2026", "2026-01-31T12:00:00",
            "0001-01-01T00:00:00+14:00", " 2026-01-31", "\u0662026-01-31", 20260131, True, ["2026-01-31"], None,
        ],
    )  # fmt: skip
    def test_it_is_refused_with_what_is_wanted(self, told: object) -> None:
        with pytest.raises(ValueError, match=NO_DAY):
            day(told)
