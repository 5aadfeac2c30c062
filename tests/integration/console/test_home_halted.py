"""Is what failed, was given up or waits for somebody told on the home page?"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import make_certificate, make_course
from tests.factories.messages import make_entry
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.domain.runs import RunState
from webapp.models.audit import AuditCheck
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GenerationRun
from webapp.models.messages import JobLease
from webapp.services.messages.outbox import UNWANTED, Channel


def halted_run(session: Session, course_id: str, state: RunState) -> None:
    """Add a run that goes on no more by itself."""
    make_course(session, course_id)
    now = clock.now()
    wish: dict[str, Any] = {
        "purpose": Purpose.GENERATE,
        "statuses": [],
        "dry_run": False,
        "asked_by": "sam",
        "total": 9,
    }
    session.add(GenerationRun(course_id=course_id, state=state, created_at=now, modified_at=now, **wish))


def award(session: Session, username: str, state: BadgeState) -> None:
    """Add a badge that nobody has."""
    certificate = make_certificate(session, username, status=Status.DOWNLOADABLE, key=username)
    session.add(
        BadgeAward(
            learner_id=certificate.learner_id,
            course_id=certificate.course_id,
            certificate_id=certificate.id,
            mode="honor",
            class_slug="slug",
            state=state,
            assertion_id=username,
            salt="5" * 32,
            status_number=certificate.id,
            created_at=clock.now(),
        )
    )


def lease(session: Session, job: str, *, until: datetime, finished_at: datetime | None) -> None:
    """Add the lease of a job."""
    session.add(JobLease(job=job, holder="x", until=until, finished_at=finished_at))


def cards_on(page: str) -> dict[str, str]:
    """Give the number of each card by its title."""
    cards = page.split('ask__title">')[1:]
    return {card.split("<")[0]: card.split('ask__count">')[1].split("<")[0] for card in cards}


class TestGivenThingsThatFailedOrHalted:
    def test_each_has_a_card_and_what_goes_on_or_is_old_has_none(self, staff: Visitor, session: Session) -> None:
        now = clock.now()
        for number, state in enumerate([RunState.FAILED, RunState.PAUSED, RunState.PAUSED, RunState.DONE]):
            halted_run(session, f"course-v1:Run+R{number}+1", state)
        for number, badge in enumerate([BadgeState.FAILED, BadgeState.WAITING, BadgeState.WAITING, BadgeState.AWARDED]):
            award(session, f"learner{number}", badge)
        for days, more in (
            (1, {"channel": Channel.MAIL.value, "last_problem": "no such mailbox"}),
            (2, {"channel": Channel.BUS.value, "last_problem": "message too large"}),
            (9, {"channel": Channel.MAIL.value, "last_problem": "old news"}),
            (1, {"channel": Channel.MAIL.value, "last_problem": UNWANTED}),
            (1, {"channel": Channel.XQUEUE.value, "last_problem": "stands on its certificate"}),
        ):
            make_entry(session, failed_at=now - timedelta(days=days), **more)
        session.commit()

        page = staff.get("/")

        assert cards_on(page) == {
            "Failed runs": "1",
            "Paused runs": "2",
            "Failed badges": "1",
            "Badges without an image": "2",
            "Messages given up this week": "2",
        }
        assert "The last of them: no such mailbox." in page

    def test_a_job_whose_last_run_was_never_done_is_named(self, staff: Visitor, session: Session) -> None:
        now, ago = clock.now(), timedelta(minutes=10)
        lease(session, "send-mails", until=now - ago, finished_at=now - 3 * ago)
        lease(session, "never-done", until=now - ago, finished_at=None)
        lease(session, "well", until=now - ago, finished_at=now - ago + timedelta(seconds=30))
        lease(session, "running", until=now + ago, finished_at=now - 3 * ago)
        lease(session, "of-old", until=now - timedelta(days=3), finished_at=None)
        session.commit()

        page = staff.get("/")

        assert cards_on(page) == {"Scheduled jobs that fail": "2"}
        assert "never-done, send-mails: the last run" in page

    def test_an_altered_audit_is_told_to_those_who_read_it(
        self, staff: Visitor, visitor: Visitor, session: Session
    ) -> None:
        session.add(AuditCheck(at=clock.now(), events=9, head="0" * 64, first_bad=7, reason="hash"))
        make_account(session, "aurelia", Role.AUDITOR)
        session.commit()
        of_others = staff.get("/")
        visitor.sign_in("aurelia", PASSWORD)

        page = visitor.get("/")

        assert "The audit was altered" not in of_others
        assert cards_on(page) == {"The audit was altered": "Event 7"}
