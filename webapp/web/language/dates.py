"""How is a moment written in a language, in UTC?"""

from datetime import datetime

from webapp.languages import ENGLISH

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def to_the_minute(moment: datetime, language: str) -> str:
    """Give day and minute."""
    if language == ENGLISH:
        # A list writes hundreds of them, and this is all that English needs.
        return f"{moment.day} {_MONTHS[moment.month]} {moment.year}, {moment.hour:02}:{moment.minute:02}"
    return _written(moment, "d MMM y, HH:mm", language)


def to_the_second(moment: datetime, language: str) -> str:
    """Give day, minute and second."""
    if language == ENGLISH:
        return f"{to_the_minute(moment, language)}:{moment.second:02}"
    return _written(moment, "d MMM y, HH:mm:ss", language)


def _written(moment: datetime, pattern: str, language: str) -> str:
    from babel.dates import format_datetime  # for whoever does not read English

    return format_datetime(moment, pattern, locale=language)
