"""What do people see first?"""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome


class TestGivenNothingThatWaits:
    def test_staff_are_told_that_all_is_quiet(self, staff: Visitor) -> None:
        page = staff.get("/")

        assert "All quiet" in page
        assert "Needs attention" not in page


class TestGivenThingsThatWait:
    def test_staff_see_how_many_and_are_led_to_them(self, staff: Visitor, session: Session) -> None:
        just_now = clock.now()
        make_certificate(session, "new1", key="a", at=just_now)
        for name in ("old1", "old2"):
            make_certificate(session, name, key=name, at=just_now - timedelta(hours=1))
        for name in ("bad1", "bad2", "bad3"):
            make_certificate(session, name, status=Status.ERROR)
        make_certificate(session, "done", status=Status.DOWNLOADABLE)
        for outcome in (Outcome.UNKNOWN_KEY, Outcome.CONFLICT, Outcome.APPLIED, Outcome.DUPLICATE):
            make_delivery(session, outcome)
        make_delivery(session, Outcome.UNKNOWN_KEY, closed_at=NOON)
        session.commit()

        page = staff.get("/")

        shown = [
            (title, card.split('ask__count">')[1].split("<")[0], card.split('href="')[1].split('"')[0])
            for card in page.split('<a class="ask ask--')[1:]
            for title in [card.split('ask__title">')[1].split("<")[0]]
        ]
        assert shown == [
            ("Refused answers", "2", "/admin/inbox/?waiting=1"),
            ("Stuck certificates", "2", "/admin/certificates/?stuck=1"),
            ("Failed certificates", "3", "/admin/certificates/?status=error"),
            ("Being made", "3", "/admin/certificates/?waiting=1"),
        ]

    def test_jobs_that_could_not_be_sent_are_told_with_the_last_reason(self, staff: Visitor, session: Session) -> None:
        problem = "XQueue refused our sign-in (no); an operator must correct it"
        make_certificate(session, "sent")
        for name, reason in (("first", "cannot connect to server"), ("second", problem), ("fresh", "")):
            certificate = make_certificate(session, name, key=name, error_reason=reason)
            certificate.submitted_at = None
        make_certificate(session, "failed", status=Status.ERROR, error_reason="no font", key="")
        session.commit()

        page = staff.get("/")

        card = page.split('<a class="ask ask--')[1]
        assert "Jobs not sent" in card
        assert 'ask__count">2<' in card
        assert f"{problem}. Each is tried again by itself." in card

    def test_each_card_leads_to_as_many_rows_as_it_counts(self, staff: Visitor, session: Session) -> None:
        hour_ago = clock.now() - timedelta(hours=1)
        for status in (Status.GENERATING, Status.REGENERATING, Status.DELETING, Status.ERROR):
            make_certificate(session, status.value, status=status, key=status.value, at=hour_ago)
        make_certificate(session, "unsent", key="unsent", error_reason="away").submitted_at = None
        make_delivery(session, Outcome.UNKNOWN_KEY)
        session.commit()
        cards = staff.get("/").split('<a class="ask ask--')[1:]

        counted = {
            card.split('href="')[1].split('"')[0]: int(card.split('ask__count">')[1].split("<")[0]) for card in cards
        }
        led_to = {address: staff.get(address).count('role="rowheader"') for address in counted}

        assert led_to == counted

    def test_a_removal_that_the_old_platform_asked_for_is_not_stuck_but_with_the_queue(
        self, staff: Visitor, session: Session
    ) -> None:
        months_ago = clock.now() - timedelta(days=90)
        removed = make_certificate(session, "ada", status=Status.DELETING, key="imported", at=months_ago)
        session.commit()

        home, its_page = staff.get("/"), staff.get(f"/admin/certificates/details/?id={removed.id}")

        assert ("Stuck certificates" in home, "Being made" in home) == (False, True)
        assert staff.get("/admin/certificates/?stuck=1").count('role="rowheader"') == 0
        assert "No answer from the queue" not in its_page

    def test_more_than_a_thousand_are_not_counted_out(self, staff: Visitor, session: Session) -> None:
        for _ in range(1_002):
            make_delivery(session, Outcome.UNKNOWN_KEY)
        session.commit()

        page = staff.get("/")

        assert "more than 1,000" in page

    def test_the_last_ten_deliveries_are_shown_newest_first(self, staff: Visitor, session: Session) -> None:
        for number in range(12):
            make_delivery(session, Outcome.UNKNOWN_KEY, username=f"learner{number:02}", course_id=DEMO_COURSE)
            session.flush()
        session.commit()

        page = staff.get("/")

        shown = [part[:9] for part in page.split('entry__text">')[1:]]
        assert shown == [f"learner{number:02}" for number in range(11, 1, -1)]
