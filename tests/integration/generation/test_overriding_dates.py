"""Can staff have a certificate show another day than its own, and take that back (decision 18, domain note §1.14)?"""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from tests.factories.candidates import HTML, ISSUED, LINK, PDF, make_candidate, make_holder, make_run
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from webapp.domain.bus.lifecycle import Happening
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors import BadDate, NoCertificate, NoDateOverride, NotIssued, UnknownLearner, WebappError
from webapp.models.certificates import DateOverride
from webapp.services.exceptions import dates
from webapp.services.following.moves import EVERYTHING_USUAL, Switches
from webapp.services.generation import acts, invalidations
from webapp.services.messages.outbox import Channel

DAY, OTHER = date(2026, 1, 31), date(2026, 2, 1)
BOARD = "the board met on that day"


def override(
    desk: Desk,
    day: date = DAY,
    course_id: CourseId = HTML,
    *,
    note: str = BOARD,
    now: datetime = NOON,
    switches: Switches = EVERYTHING_USUAL,
) -> None:
    with desk.work() as session:
        dates.override(session, an_order(note=note, now=now, switches=switches), "ada", course_id, day)


def end(desk: Desk, *, switches: Switches = EVERYTHING_USUAL) -> None:
    with desk.work() as session:
        dates.end(session, an_order(note="a mistake", switches=switches), "ada", HTML)


def page_of(desk: Desk) -> str:
    return desk.app.test_client().get(f"/certificates/{LINK}").text


class TestGivenAnIssuedCertificate:
    @pytest.fixture(autouse=True)
    def held(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)

    def test_its_page_shows_the_day_and_nothing_else_of_it_changes(self, desk: Desk) -> None:
        before = desk.fields("ada", HTML)

        override(desk)

        page = page_of(desk)
        assert "January 31, 2026" in page
        assert f"{ISSUED:%B} {ISSUED.day}, {ISSUED.year}" not in page
        assert (desk.fields("ada", HTML), desk.moves("ada", HTML)) == (before, [])

    def test_the_row_and_the_audit_say_who_and_why(self, desk: Desk) -> None:
        override(desk)

        (row,), (told,) = desk.every(DateOverride), desk.told()
        assert (row.date, row.reason, row.overridden_by) == (datetime(2026, 1, 31, tzinfo=UTC), BOARD, "sam")
        assert (row.created_at, row.modified_at) == (NOON, NOON)
        assert (told.action, told.kind, told.key) == (
            "certificate.date_overridden",
            "certificate",
            str(row.certificate_id),
        )
        assert (told.actor, told.reason) == ("sam", BOARD)
        assert told.details == {"before": {"date": None}, "after": {"date": "2026-01-31"}}

    def test_the_bus_hears_that_it_changed_and_not_that_it_was_created_again(self, desk: Desk) -> None:
        numbers = count(1)
        there = Switches(new_event_id=lambda: f"event-{next(numbers)}")

        override(desk, switches=there)
        end(desk, switches=there)

        assert [(entry.payload["type"], entry.payload["id"]) for entry in desk.entries(Channel.BUS)] == [
            (Happening.CHANGED, "event-1"),
            (Happening.CHANGED, "event-2"),
        ]
        assert {entry.payload["previous_status"] for entry in desk.entries()} == {"downloadable"}
        assert {entry.recipient for entry in desk.entries()} == {HTML}

    def test_without_a_bus_nothing_leaves(self, desk: Desk) -> None:
        override(desk)

        assert desk.entries() == []

    def test_the_same_again_changes_nothing(self, desk: Desk) -> None:
        override(desk)

        override(desk, now=NOON + timedelta(minutes=1))

        (row,) = desk.every(DateOverride)
        assert (row.modified_at, len(desk.told())) == (NOON, 1)

    @pytest.mark.parametrize(("day", "why"), [(OTHER, BOARD), (DAY, "another reason")])
    def test_another_day_or_another_reason_takes_the_place_of_the_first(self, desk: Desk, day: date, why: str) -> None:
        override(desk)

        override(desk, day, note=why, now=NOON + timedelta(minutes=1))

        (row,) = desk.every(DateOverride)
        assert (row.date.date(), row.reason, row.created_at, row.modified_at) == (
            day, why, NOON, NOON + timedelta(minutes=1)
        )  # fmt: skip
        assert desk.told()[-1].details == {"before": {"date": "2026-01-31"}, "after": {"date": day.isoformat()}}

    def test_ended_it_shows_its_own_day_again(self, desk: Desk) -> None:
        override(desk)

        end(desk)

        assert f"{ISSUED:%B} {ISSUED.day}, {ISSUED.year}" in page_of(desk)
        assert desk.every(DateOverride) == []
        told = desk.told()[-1]
        assert (told.action, told.reason) == ("certificate.date_override_ended", "a mistake")
        assert told.details == {"before": {"date": "2026-01-31"}, "after": {"date": None}}

    def test_there_is_nothing_to_end_twice(self, desk: Desk) -> None:
        override(desk)
        end(desk)

        with pytest.raises(NoDateOverride, match="shows no other day"):
            end(desk)

    def test_made_anew_it_keeps_the_day(self, desk: Desk) -> None:
        override(desk)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", HTML)

        assert "January 31, 2026" in page_of(desk)

    def test_declared_void_it_can_only_be_ended(self, desk: Desk) -> None:
        override(desk)
        with desk.work() as session:
            invalidations.invalidate(session, an_order(note="copied"), "ada", HTML)

        with pytest.raises(NotIssued, match="issued and valid"):
            override(desk, OTHER)
        end(desk)

        assert desk.every(DateOverride) == []

    @pytest.mark.parametrize("day", [date(2026, 11, 23), date(1969, 12, 31), date.max, date.min])
    def test_a_day_that_no_certificate_can_be_of_is_refused(self, desk: Desk, day: date) -> None:
        with pytest.raises(BadDate, match="between 1970-01-01 and today, not "):
            override(desk, day)

        assert (desk.every(DateOverride), desk.told()) == ([], [])


class TestGivenAPdfThatIsMadeAnew:
    def test_it_still_counts_and_takes_a_day(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)
            acts.regenerate(session, an_order(), "ada", PDF)

        override(desk, course_id=PDF)

        assert desk.held("ada", PDF).status is Status.REGENERATING
        assert [row.date.date() for row in desk.every(DateOverride)] == [DAY]


class TestGivenNothingThatShowsADay:
    @pytest.mark.parametrize(
        ("status", "problem"),
        [
            (None, NoCertificate),
            (Status.GENERATING, NotIssued),
            (Status.ERROR, NotIssued),
            (Status.NOT_PASSING, NotIssued),
        ],
    )
    def test_it_is_refused(self, desk: Desk, status: Status | None, problem: type[WebappError]) -> None:
        with desk.work() as session:
            make_holder(session, status)

        with pytest.raises(problem):
            override(desk)

        assert (desk.every(DateOverride), desk.told()) == ([], [])

    def test_nobody_is_refused(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session, "grace")

        with pytest.raises(UnknownLearner):
            override(desk)
