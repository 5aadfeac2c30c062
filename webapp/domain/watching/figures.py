"""Which figures are kept of each day, and what do they say together?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from webapp.wording import phrase

DAYS = 28
"""So many days are shown, today among them: four weeks, so that each weekday is there as often as any other."""


class Measure(StrEnum):
    """What is counted by the day (UTC) on which it happened."""

    ISSUED = "issued"
    """Certificates that came to be downloadable here; those that records brought are not of this day's making."""
    ANSWERS = "answers"
    """Deliveries of XQueue, by their outcome."""
    WAIT = "wait"
    """Certificates that XQueue's answer made downloadable, by how long that took from the request on."""


class Issue(StrEnum):
    """How a certificate came to be downloadable."""

    FIRST = "first"
    ANEW = "anew"


class Wait(StrEnum):
    """How long it took from the request until the certificate was there."""

    MINUTE = "minute"
    FIVE_MINUTES = "five_minutes"
    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    LONGER = "longer"


WAITS: Sequence[tuple[Wait, int]] = (
    (Wait.MINUTE, 60),
    (Wait.FIVE_MINUTES, 5 * 60),
    (Wait.QUARTER, 15 * 60),
    (Wait.HOUR, 3_600),
    (Wait.DAY, 86_400),
)
"""Each with the seconds that it takes at most; what takes longer than the last is `LONGER`."""
ISSUE_LABELS = {Issue.FIRST: phrase("Issued"), Issue.ANEW: phrase("Made anew")}
WAIT_LABELS = {
    Wait.MINUTE: phrase("Within a minute"),
    Wait.FIVE_MINUTES: phrase("1 to 5 minutes"),
    Wait.QUARTER: phrase("5 to 15 minutes"),
    Wait.HOUR: phrase("15 minutes to an hour"),
    Wait.DAY: phrase("An hour to a day"),
    Wait.LONGER: phrase("More than a day"),
}
WITHIN = {
    Wait.MINUTE: phrase("within a minute"),
    Wait.FIVE_MINUTES: phrase("within 5 minutes"),
    Wait.QUARTER: phrase("within 15 minutes"),
    Wait.HOUR: phrase("within an hour"),
    Wait.DAY: phrase("within a day"),
}


class Age(StrEnum):
    """How long ago a change was asked for."""

    DAY = "day"
    THREE_DAYS = "three_days"
    WEEK = "week"
    OLDER = "older"


AGE_LABELS = {
    Age.DAY: phrase("Under a day"),
    Age.THREE_DAYS: phrase("1 to 3 days"),
    Age.WEEK: phrase("3 to 7 days"),
    Age.OLDER: phrase("Over a week"),
}
_AGES = ((Age.DAY, timedelta(days=1)), (Age.THREE_DAYS, timedelta(days=3)), (Age.WEEK, timedelta(days=7)))


@dataclass(frozen=True, slots=True)
class Day:
    """What one day (UTC) had of each part of a measure; a part that is not there is none."""

    day: date
    numbers: Mapping[str, int]

    @property
    def total(self) -> int:
        """All parts together."""
        return sum(self.numbers.values())


def first_day(now: datetime) -> date:
    """Give the first of the days that are shown."""
    return now.date() - timedelta(days=DAYS - 1)


def by_day(counted: Iterable[tuple[date, str, int]], now: datetime) -> Sequence[Day]:
    """Give every day that is shown, the oldest first, from what was counted of parts; a day without is there, too."""
    numbers: dict[date, dict[str, int]] = {first_day(now) + timedelta(days=n): {} for n in range(DAYS)}
    for day, part, number in counted:
        of_day = numbers.get(day)
        if of_day is not None:
            of_day[part] = of_day.get(part, 0) + number
    return [Day(day, parts) for day, parts in numbers.items()]


def sums(days: Iterable[Day]) -> dict[str, int]:
    """Give how many each part had over all days; a part that had none is left out."""
    found: dict[str, int] = {}
    for day in days:
        for part, number in day.numbers.items():
            found[part] = found.get(part, 0) + number
    return {part: number for part, number in found.items() if number}


def within(waits: Mapping[str, int], share: float) -> Wait | None:
    """Say within which time so large a share (0 to 1) of certificates was there; None where there were none."""
    total = sum(waits.get(wait, 0) for wait in Wait)
    reached = 0
    for wait in Wait:
        reached += waits.get(wait, 0)
        if total and reached >= share * total:
            return wait
    return None


def age_of(asked_at: datetime, now: datetime) -> Age:
    """Say how old a change is."""
    gone = now - asked_at
    return next((age for age, most in _AGES if gone < most), Age.OLDER)
