"""How is a moment written in a language, in UTC?"""

from datetime import UTC, date, datetime

from webapp.languages import ENGLISH, catalog

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def to_the_minute(moment: datetime, language: str) -> str:
    """Give day and minute."""
    if language == ENGLISH:
        # A list writes hundreds of them, and this is all that English needs.
        return f"{moment.day} {_MONTHS[moment.month]} {moment.year}, {moment.hour:02}:{moment.minute:02}"
    return f"{_written(moment, 'd MMM y', language)}{_comma(language)}{moment:%H:%M}"


def to_the_second(moment: datetime, language: str) -> str:
    """Give day, minute and second."""
    return f"{to_the_minute(moment, language)}:{moment.second:02}"


def short_day(day: date, language: str) -> str:
    """Give a day without its year, as a chart has it."""
    if language == ENGLISH:
        return f"{day.day} {_MONTHS[day.month]}"
    from babel.dates import format_date  # for whoever does not read English

    return format_date(day, "d MMM", locale=language)


def day_of(moment: datetime, language: str) -> str:
    """Give a day in full, as a certificate has it."""
    return _written(moment.astimezone(UTC), "d MMMM y", language)


def minute_of(moment: datetime, language: str) -> str:
    """Give a day in full and its minute, with the name of the zone."""
    return f"{day_of(moment, language)}{_comma(language)}{moment.astimezone(UTC):%H:%M} UTC"


def _comma(language: str) -> str:
    return catalog(language).gettext(", ")


def _written(moment: datetime, pattern: str, language: str) -> str:
    from babel.dates import format_datetime  # for whoever does not read English

    return format_datetime(moment, pattern, locale=language)
