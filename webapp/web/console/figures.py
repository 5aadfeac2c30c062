"""How are the figures of the home page drawn: as tables, which the page's script makes charts of?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from webapp.domain.approval.states import State
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue import deliveries
from webapp.domain.queue.deliveries import NOTHING_TO_DO, Outcome
from webapp.domain.watching import figures
from webapp.domain.watching.figures import AGE_LABELS, DAYS, Age, Day, Issue, Measure, Wait
from webapp.models.base import db
from webapp.services.governance.reading import in_review
from webapp.services.watching import figures as counted
from webapp.services.watching.figures import Board
from webapp.web import cells
from webapp.web.addresses import page_url
from webapp.web.language import dates, reader_language
from webapp.wording import SPACE, joined, phrase

_TO_DO = phrase("Look at each: mend what it names and apply it again, or close it.")
STALE_AFTER = timedelta(minutes=2)
"""The job counts every ten seconds: after so long something keeps it from that."""


@dataclass(frozen=True, slots=True)
class Column:
    """One part of a chart: its word, and the tone in which it is drawn; its pattern goes by its place."""

    part: str
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way to a list."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of days: what it says in words, and its numbers."""

    name: str
    title: str
    said: str
    help: str
    columns: Sequence[Column]
    """None where there is nothing to draw."""
    days: Sequence[Day]
    sums: Mapping[str, int]
    ways: Sequence[Way]
    """To the lists behind the figures."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of figures with a bar."""

    cell: Markup
    number: str
    length: float
    """Of the longest, 0 to 100."""
    share: str
    tone: str


def read(now: datetime) -> dict[str, Any]:
    """Give what the home page shows of figures."""
    session = db.session()
    board = counted.read_board(session, now=now)
    return {
        "at": board.at,
        "late": board.at is not None and now - board.at > STALE_AFTER,
        "charts": [_issued(board), _answers(board), _waits(board)],
        "statuses": _statuses(board),
        "certificates": _about(sum(board.statuses.values())),
        "review": _review(in_review.count_in_review(session, now=now)),
        "ages": list(AGE_LABELS.values()),
        "day_name": day_name,
    }


def day_name(day: date) -> str:
    """Write a day: 3 Nov."""
    return dates.short_day(day, reader_language())


def _issued(board: Board) -> Chart:
    days = board.days[Measure.ISSUED]
    sums = figures.sums(days)
    today = days[-1].numbers
    numbers = {
        "issued": format(sums.get(Issue.FIRST, 0), ","),
        "anew": format(sums.get(Issue.ANEW, 0), ","),
        "issued_today": format(today.get(Issue.FIRST, 0), ","),
        "anew_today": format(today.get(Issue.ANEW, 0), ","),
    }
    said = phrase(
        "{issued} issued and {anew} made anew in the last {days} days; today {issued_today} issued, {anew_today} made anew.",
        days=DAYS,
        **numbers,
    )
    columns = [
        Column(one, figures.ISSUE_LABELS[one], tone) for one, tone in ((Issue.FIRST, "good"), (Issue.ANEW, "progress"))
    ]
    help_ = phrase("Certificates that became downloadable here, by the day (UTC); imported ones are not counted.")
    ways = [
        Way(f"{page_url('certificates.index_view')}?status={Status.DOWNLOADABLE.value}", phrase("Issued certificates"))
    ]
    return Chart("issued", phrase("Issued by day"), said, help_, columns if sums else [], days, sums, ways)


def _answers(board: Board) -> Chart:
    days = board.days[Measure.ANSWERS]
    sums = figures.sums(days)
    total = sum(sums.values())
    refused = sum(number for part, number in sums.items() if part not in NOTHING_TO_DO)
    said: str = phrase(
        "Answers that XQueue has delivered since {day}: {number}, today {today}. Refused, since they fit no certificate or "
        "could not be read: {refused}.",
        day=day_name(days[0].day),
        number=format(total, ","),
        refused=format(refused, ","),
        today=format(days[-1].total, ","),
    )
    if refused:
        said = joined((said, _TO_DO), SPACE)
    tones = {
        Outcome.APPLIED: "good",
        Outcome.DUPLICATE: "neutral",
        Outcome.CONFLICT: "warning",
        Outcome.UNKNOWN_KEY: "bad",
    }
    columns = [Column(one, deliveries.LABELS[one], tones.get(one, "waiting")) for one in Outcome if one.value in sums]
    help_ = phrase("What XQueue delivered, by the day (UTC) on which it came and what became of it then.")
    inbox = page_url("inbox.index_view")
    ways = [
        Way(f"{inbox}?waiting=1", phrase("Answers that wait for a look")),
        Way(f"{inbox}?received_from={days[0].day.isoformat()}", phrase("All answers since then")),
    ]
    return Chart("answers", phrase("Answers of XQueue by day"), said, help_, columns, days, sums, ways)


def _waits(board: Board) -> Chart:
    days = board.days[Measure.WAIT]
    sums = figures.sums(days)
    half, most = figures.within(sums, 0.5), figures.within(sums, 0.9)
    said = ""
    if half and most:
        said = phrase(
            "Half were there {half}, nine of ten {most}, in the last {days} days.",
            half=_within(half),
            most=_within(most),
            days=DAYS,
        )
    tones = ("good", "progress", "waiting", "warning", "bad", "neutral")
    columns = [
        Column(one, figures.WAIT_LABELS[one], tone) for one, tone in zip(Wait, tones, strict=True) if one.value in sums
    ]
    help_ = phrase(
        "Certificates that XQueue’s worker made, by how long that took from the request on; those made at once have no wait."
    )
    ways = [Way(f"{page_url('certificates.index_view')}?waiting=1", phrase("Certificates with the queue now"))]
    return Chart("wait", phrase("Time from request to issue"), said, help_, columns, days, sums, ways)


def _within(wait: Wait) -> str:
    return figures.WITHIN.get(wait, phrase("after more than a day"))


def _statuses(board: Board) -> Sequence[Bar]:
    total = sum(board.statuses.values())
    longest = max(board.statuses.values(), default=0)
    held = sorted(((number, status) for status, number in board.statuses.items() if number), reverse=True)
    return [_status_bar(status, number, total=total, longest=longest) for number, status in held]


def _status_bar(status: Status, number: int, *, total: int, longest: int) -> Bar:
    url = f"{page_url('certificates.index_view')}?status={status.value}"
    tone = cells.STATUS_TONES.get(status.value, "neutral")
    share = 100 * number / total
    said = f"{share:.1f} %" if share >= 0.1 else phrase("under 0.1 %")
    cell = cells.linked(cells.status(status.value), url)
    return Bar(cell, _about(number), max(100 * number / longest, 0.75), said, tone)


def _about(number: int) -> str:
    return phrase("about {number}", number=format(number, ",")) if counted.is_about(number) else f"{number:,}"


def _review(numbers: Mapping[tuple[State, Age], int]) -> Sequence[dict[str, Any]]:
    """Give a line for each state that has any, with its numbers by age."""
    states = (State.PENDING, State.ON_HOLD, State.SCHEDULED)
    totals = {state: sum(numbers.get((state, age), 0) for age in Age) for state in states}
    longest = max(totals.values())
    return [
        {
            "cell": cells.linked(
                cells.change_state(state), f"{page_url('change_list.index_view')}?state={state.value}"
            ),
            "tone": cells.CHANGE_TONES[state],
            "total": totals[state],
            "length": 100 * totals[state] / longest,
            "ages": [numbers.get((state, age), 0) for age in Age],
        }
        for state in states
        if totals[state]
    ]
