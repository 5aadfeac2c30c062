"""Does the home page show the figures as they were counted, in words and in tables?"""

from datetime import date, timedelta

from flask import Flask
from lxml import html
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate, make_moves
from tests.factories.messages import make_delivery
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.base import unit_of_work
from webapp.models.watching.figures import StatusFigure
from webapp.services.demo.load import tell
from webapp.tasks.upkeep.figures import count_figures
from webapp.web.language import dates


def day_name(day: date) -> str:
    """Write a day as an English reader has it."""
    return dates.short_day(day, "en")


def count(app: Flask) -> None:
    """Let the job run."""
    with app.app_context():
        count_figures(app)


def numbers_in(page: str, region: str) -> list[list[str]]:
    """Give what the lines of a table say, the last of them its sums."""
    (box,) = html.document_fromstring(page).xpath(f"//*[@data-live='{region}']")
    return [[str(cell.text_content()).strip() for cell in line.iter("th", "td")] for line in box.iter("tr")]


class TestGivenNothing:
    def test_it_says_that_nothing_was_counted_and_then_that_there_is_nothing(self, app: Flask, staff: Visitor) -> None:
        before = staff.get("/")

        count(app)

        after = staff.get("/")
        assert "Not counted yet" in before
        assert "As of <time" in after
        assert "There are no certificates yet." in after
        assert after.count("Nothing in the last four weeks.") == 3
        assert "No change of configuration is in review." in after


class TestGivenFigures:
    def test_each_day_stands_in_a_table_that_adds_up(self, app: Flask, staff: Visitor, session: Session) -> None:
        now = clock.now()
        for outcome, ago in ((Outcome.APPLIED, 0), (Outcome.APPLIED, 2), (Outcome.CONFLICT, 2)):
            make_delivery(session, outcome, received_at=now - timedelta(days=ago))
        session.commit()
        count(app)

        page = staff.get("/")

        lines = numbers_in(page, "answers")
        assert (lines[0], len(lines)) == (["Day", "Applied", "Rival answer"], 1 + 28 + 1)
        assert [line[1:] for line in lines[-4:]] == [["1", "1"], ["0", "0"], ["1", "0"], ["2", "1"]]
        first = day_name((now - timedelta(days=27)).date())
        assert f"Answers that XQueue has delivered since {first}: 3, today 1. Refused, since" in page
        assert "could not be read: 1. Look at each: mend what it names and apply it again, or close it." in page
        assert 'href="/admin/inbox/?waiting=1"' in page
        assert f'href="/admin/inbox/?received_from={(now - timedelta(days=27)).date()}"' in page

    def test_where_none_was_refused_there_is_nothing_to_do(self, app: Flask, staff: Visitor, session: Session) -> None:
        make_delivery(session, Outcome.APPLIED, received_at=clock.now())
        session.commit()
        count(app)

        page = staff.get("/")

        assert "could not be read: 0." in page
        assert "Look at each" not in page

    def test_statuses_are_led_to_their_lists_the_most_frequent_first(
        self, app: Flask, staff: Visitor, session: Session
    ) -> None:
        for name, status in (("ada", Status.ERROR), ("bob", Status.DOWNLOADABLE), ("cyd", Status.DOWNLOADABLE)):
            make_moves(session, make_certificate(session, name, status=status, key=name), status)
        session.commit()
        count(app)

        page = staff.get("/")

        lines = [[line[0], *line[2:]] for line in numbers_in(page, "statuses")[1:]]
        assert lines == [["Issued", "2", "66.7 %"], ["Error", "1", "33.3 %"]]
        assert 'href="/admin/certificates/?status=downloadable"' in page

    def test_what_nobody_counted_out_is_told_as_about(self, app: Flask, staff: Visitor, session: Session) -> None:
        count(app)
        session.execute(update(StatusFigure).values(number=0))
        session.execute(update(StatusFigure).where(StatusFigure.status == Status.DOWNLOADABLE).values(number=1_000_000))
        session.execute(update(StatusFigure).where(StatusFigure.status == Status.ERROR).values(number=300))
        session.commit()

        page = staff.get("/")

        lines = [[line[0], *line[2:]] for line in numbers_in(page, "statuses")[1:]]
        assert lines == [["Issued", "about 1,000,000", "100.0 %"], ["Error", "300", "under 0.1 %"]]

    def test_figures_that_stand_still_say_so(self, app: Flask, staff: Visitor, session: Session) -> None:
        count(app)
        fresh = staff.get("/")
        session.execute(update(StatusFigure).values(at=clock.now() - timedelta(minutes=3)))
        session.commit()

        page = staff.get("/")

        assert ["These figures stand still" in one for one in (fresh, page)] == [False, True]

    def test_the_demonstration_has_something_for_every_one_of_them(
        self, app: Flask, staff: Visitor, session: Session
    ) -> None:
        with app.app_context(), unit_of_work() as work:
            tell(work, now=clock.now())
        count(app)

        page = staff.get("/")

        assert {one: len(numbers_in(page, one)) for one in ("issued", "answers", "wait")} == {
            "issued": 30,
            "answers": 30,
            "wait": 30,
        }
        assert "Half were there within a minute" in page
